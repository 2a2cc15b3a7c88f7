using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>
/// A patched file with a word in each alternative of <c>#if</c> that patches change. What the preprocessor makes of it has the words
/// of those that are compiled.
/// </summary>
/// <param name="Contents">The file, for the preprocessor alone.</param>
/// <param name="Changes">
/// The changes that are in alternatives and nowhere else: where in a patch each stands, and the alternatives.
/// </param>
public sealed record ProbedSource(byte[] Contents, IReadOnlyList<(SourcePlace? Place, IReadOnlyList<ConditionalBranch> Branches)> Changes);
