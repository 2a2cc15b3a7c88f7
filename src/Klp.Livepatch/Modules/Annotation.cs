using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Modules;

/// <summary>What an author wrote in the patch source, or in its project, about a symbol that the database alone cannot decide.</summary>
/// <param name="Symbol">The symbol that is meant.</param>
/// <param name="PatchedObject">The object whose code uses it, where the dialect says so (KLP_RELOC_SYMBOL), else null.</param>
/// <param name="Origin">Where the annotation is, for messages: its section, its symbol or its item.</param>
/// <param name="Place">Its line, of an annotation in the project; null of one in the source, where the symbol's use tells more.</param>
public sealed record Annotation(KernelSymbol Symbol, string? PatchedObject, string Origin, SourcePlace? Place = null);
