using Klp.Kernel.Facts;
using Klp.Kernel.Symbols;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>Finds symbols as klp_find_object_symbol of kernel/livepatch/core.c would.</summary>
internal sealed class SymbolResolver(ValidationContext context)
{
    private readonly ObjectSymbols objects = new(context.Tree);

    /// <summary>What the kernel would find.</summary>
    /// <param name="symbol">The symbol; position 0 for the only one.</param>
    /// <param name="resolvedWith">The object whose loading resolves it.</param>
    internal SymbolFinding Find(KernelSymbol symbol, string resolvedWith)
    {
        if (!context.Symbols.ObjectNames.Contains(symbol.ObjectName))
            return new SymbolFinding(SymbolFindingKind.Unknown, 0, resolvedWith);
        int count = context.Symbols.Count(symbol.ObjectName, symbol.Name);
        return new SymbolFinding(KindOf(symbol, count), count, resolvedWith);
    }

    private SymbolFindingKind KindOf(KernelSymbol symbol, int count)
    {
        if (count == 0 || IsAtZero(symbol, count))
            return SymbolFindingKind.NotFound;
        if (symbol.Sympos.IsAmbiguous(count))
            return SymbolFindingKind.Ambiguous;
        if (!symbol.Sympos.IsWithin(count))
            return SymbolFindingKind.PositionOutOfRange;
        return IsSameInBothViews(symbol) ? SymbolFindingKind.Found : SymbolFindingKind.DependsOnLoadOrder;
    }

    // A module's init symbols count while it is COMING (kernel/module/kallsyms.c).
    private bool IsSameInBothViews(KernelSymbol symbol) =>
        objects.PositionInBothViews(symbol.ObjectName, symbol.Name, symbol.Sympos) == symbol.Sympos;

    /// <summary>The section of vmlinux that holds a symbol, where the kernel frees that after it has started; else null.</summary>
    internal string? FreedSection(KernelSymbol symbol) =>
        symbol.ObjectName == ModuleName.Vmlinux && Candidate(symbol)?.SectionName is { } section && SectionLife.IsFreedOfVmlinux(section)
            ? section
            : null;

    /// <summary>What the object's symbol table tells of a symbol; null where that is not there, or has not as many as kallsyms.</summary>
    internal SymbolCandidate? Candidate(KernelSymbol symbol)
    {
        IReadOnlyList<SymbolCandidate> all = objects.Find(symbol.ObjectName, symbol.Name);
        // Where the counts differ there is no telling which is which.
        return all.Count == context.Symbols.Count(symbol.ObjectName, symbol.Name) ? symbol.Sympos.In(all) : null;
    }

    // klp_find_object_symbol takes the address 0 for a sign that nothing was found.
    private bool IsAtZero(KernelSymbol symbol, int count) =>
        symbol.ObjectName == ModuleName.Vmlinux
            && !symbol.Sympos.IsAmbiguous(count)
            && symbol.Sympos.IsWithin(count)
            && Candidate(symbol) is { Value: 0 };
}
