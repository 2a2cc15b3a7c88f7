using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Conversion;

/// <summary>What is known about the kernel that a module is converted for.</summary>
public sealed record ConversionContext
{
    /// <summary>The symbol database.</summary>
    public required SymbolDatabase Database { get; init; }

    /// <summary>The format's dialect of the kernel; null to take it from the module's vermagic.</summary>
    public KernelDialect? Dialect { get; init; }

    /// <summary>The exports of the kernel and its modules; null to take them from the database's <c>__ksymtab_</c> lines.</summary>
    public ModuleSymvers? Exports { get; init; }

    /// <summary>
    /// The kernel tree, for what the database does not hold: source files of candidates, symbols of init sections. May be null.
    /// </summary>
    public KernelTree? Tree { get; init; }

    /// <summary>The context of a kernel tree: its dialect and its exports.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="database">Its symbol database.</param>
    /// <param name="diagnostics">Receives an error for an export list that cannot be read.</param>
    /// <returns>The context, or null after an error.</returns>
    /// <exception cref="IOException">A file of the kernel tree cannot be read.</exception>
    public static ConversionContext? For(KernelTree tree, SymbolDatabase database, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        ModuleSymvers exports = tree.ReadExports(diagnostics);
        return diagnostics.HasErrors ? null : new ConversionContext
        {
            Database = database,
            Dialect = KernelDialect.For(tree.Version),
            Exports = exports,
            Tree = tree,
        };
    }

    // Without a tree nobody says how the kernel was linked but the names.
    internal string? IgnoredSuffix(KernelDialect dialect) =>
        Tree is { } tree ? tree.IgnoredSuffix : dialect.LtoSuffix is { } suffix && Database.HasPromotedSymbols ? suffix : null;

    // Module.symvers is the kernel's own list. Without one, kallsyms shows an export as __ksymtab_<name>.
    internal string? ExporterOf(string name, SymbolLookup lookup) =>
        Exports is { } exports ? exports.Find(name)?.ObjectName : lookup.ExportingObject(name);
}
