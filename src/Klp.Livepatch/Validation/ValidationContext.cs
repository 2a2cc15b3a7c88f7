using System.Text;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>A module under validation and the kernel it is for.</summary>
internal sealed class ValidationContext
{
    internal ValidationContext(
        LivepatchModule livepatch, KernelTree tree, ModuleSymvers exports, SymbolLookup symbols, DiagnosticBag diagnostics)
    {
        Livepatch = livepatch;
        Tree = tree;
        Exports = exports;
        Symbols = symbols;
        Diagnostics = diagnostics;
        Dialect = KernelDialect.For(tree.Version);
        Reference = tree.Reference;
    }

    /// <summary>The finished module with what its parts say.</summary>
    internal LivepatchModule Livepatch { get; }

    /// <summary>The finished module.</summary>
    internal ElfObject Module => Livepatch.File;

    /// <summary>The module's run-time name.</summary>
    internal string Name => Livepatch.Name;

    /// <summary>The module's modinfo.</summary>
    internal ModuleInfo Info => Livepatch.Info;

    /// <summary>Where the module uses its symbols.</summary>
    internal SymbolUses Uses => Livepatch.Uses;

    /// <summary>What the module patches.</summary>
    internal LivepatchTables Tables => Livepatch.Tables;

    /// <summary>The kernel.</summary>
    internal KernelTree Tree { get; }

    /// <summary>The format's dialect of the kernel.</summary>
    internal KernelDialect Dialect { get; }

    /// <summary>What the kernel's own modules have in common; null where it has no module.</summary>
    internal ReferenceModule? Reference { get; }

    /// <summary>The exports of the kernel and its modules.</summary>
    internal ModuleSymvers Exports { get; }

    /// <summary>The kernel's symbols of the names that the module patches or uses.</summary>
    internal SymbolLookup Symbols { get; }

    /// <summary>The kernel's release, for messages.</summary>
    internal string Release => Tree.Release;

    /// <summary>Receives what the kernel would refuse or get wrong.</summary>
    internal DiagnosticBag Diagnostics { get; }

    /// <summary>Whether an object is vmlinux, a module of the tree or one that the user named, or has symbols in the database.</summary>
    internal bool Knows(string objectName) =>
        objectName == ModuleName.Vmlinux || Symbols.ObjectNames.Contains(objectName) || Tree.FindModule(objectName) is not null;

    /// <summary>
    /// "Did you mean …?" of vmlinux and the kernel's modules, with a space before it; empty where none has a name near to this
    /// one.
    /// </summary>
    internal string QuestionOfObject(string objectName)
    {
        NearestNames nearest = new(objectName);
        foreach (string name in Tree.ModulePaths.Select(ModuleName.FromPath).Append(ModuleName.Vmlinux))
            nearest.Add(Encoding.Latin1.GetBytes(name));
        return nearest.Question();
    }

    /// <summary>
    /// Whether the kernel never applies the livepatch relocations of an object, because the livepatch does not patch it. Where
    /// the tables are made at run time, nothing can be said.
    /// </summary>
    internal bool IsNeverApplied(string objectName) =>
        Tables.Objects.Count > 0 && Dialect.IsLate(objectName) && Tables.Objects.All(patched => patched.Name != objectName);

    /// <summary>Sections that livepatch applies, by their flag.</summary>
    internal IEnumerable<ElfRelocationSection> LivepatchSections => Livepatch.LivepatchSections;

    /// <summary>A place in words: the function or variable that holds it, or section and offset.</summary>
    internal string Describe(ElfPlace place) => Uses.Describe(place);

    /// <summary>The function that a place is in, or null.</summary>
    internal ElfSymbol? FunctionAt(ElfPlace place) => Uses.FunctionAt(place);

    /// <summary>The uses of a symbol by relocations of loaded sections.</summary>
    internal IReadOnlyList<(ElfRelocationSection Section, ElfRelocation Relocation)> UsesOf(ElfSymbol symbol) => Uses.Of(symbol);

    /// <summary>The place of what is about the module as a whole: its file.</summary>
    internal SourcePlace Whole => new(Module.FileName);

    /// <summary>The source line of a place, where the module tells it; else the module's file.</summary>
    internal SourcePlace PlaceOf(ElfPlace place) => Uses.PlaceOf(place);

    /// <summary>The source line of a symbol's first use, where the module tells it; else the module's file.</summary>
    internal SourcePlace PlaceOf(ElfSymbol symbol) => Uses.PlaceOf(symbol);

    /// <summary>Adds what there is to say.</summary>
    internal void Add(Diagnostic diagnostic) => Diagnostics.Add(diagnostic);
}
