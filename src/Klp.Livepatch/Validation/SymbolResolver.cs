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
            return new SymbolFinding(SymbolFindingKind.Unknown, "");
        int count = context.Symbols.Count(symbol.ObjectName, symbol.Name);
        string refusal = resolvedWith == ModuleName.Vmlinux ? "The kernel would refuse the livepatch" : $"The kernel would refuse the livepatch, or {resolvedWith} where that is loaded later";
        string printed = symbol.ObjectName == ModuleName.Vmlinux ? "(null)" : symbol.ObjectName;
        if (count == 0 || IsAtZero(symbol, count))
            return new SymbolFinding(SymbolFindingKind.NotFound, $"{(count == 0 ? $"does not exist in {symbol.ObjectName}" : "is at address 0")}. {refusal}: \"symbol '{symbol.Name}' not found in symbol table\".");
        if (symbol.Sympos == 0 && count > 1)
            return new SymbolFinding(SymbolFindingKind.Ambiguous, $"has no position, and {symbol.ObjectName} has {count} of that name. {refusal}: \"unresolvable ambiguity for symbol '{symbol.Name}' in object '{printed}'\".");
        if (symbol.Sympos > count)
            return new SymbolFinding(SymbolFindingKind.PositionOutOfRange, $"has position {symbol.Sympos}, and {symbol.ObjectName} has {count} of that name. {refusal}: \"symbol position {symbol.Sympos} for symbol '{symbol.Name}' in object '{symbol.ObjectName}' not found\".");
        return IsSameInBothViews(symbol)
            ? new SymbolFinding(SymbolFindingKind.Found, "")
            : new SymbolFinding(SymbolFindingKind.DependsOnLoadOrder, $"is another symbol when the livepatch is loaded before {symbol.ObjectName} than after it: the module's init sections, which go away once it runs, have a symbol of that name too. The kernel would refuse the module, or use the wrong symbol without a message.");
    }

    // A module's init symbols count while it is COMING (kernel/module/kallsyms.c).
    private bool IsSameInBothViews(KernelSymbol symbol) =>
        objects.PositionInBothViews(symbol.ObjectName, symbol.Name, symbol.Sympos) == symbol.Sympos;

    /// <summary>The section of vmlinux that holds a symbol, where the kernel frees that after it has started; else null.</summary>
    internal string? FreedSection(KernelSymbol symbol) =>
        symbol.ObjectName == ModuleName.Vmlinux && Candidate(symbol)?.SectionName is { } section && SectionLife.IsFreedOfVmlinux(section) ? section : null;

    /// <summary>What the object's symbol table tells of a symbol; null where that is not there, or has not as many as kallsyms.</summary>
    internal SymbolCandidate? Candidate(KernelSymbol symbol)
    {
        IReadOnlyList<SymbolCandidate> all = objects.Find(symbol.ObjectName, symbol.Name);
        // Where the counts differ there is no telling which is which.
        return all.Count == context.Symbols.Count(symbol.ObjectName, symbol.Name) ? all.ElementAtOrDefault(Math.Max(symbol.Sympos, 1) - 1) : null;
    }

    // klp_find_object_symbol takes the address 0 for a sign that nothing was found.
    private bool IsAtZero(KernelSymbol symbol, int count) =>
        symbol.ObjectName == ModuleName.Vmlinux && (symbol.Sympos == 0 ? count == 1 : symbol.Sympos <= count) && Candidate(symbol) is { Value: 0 };
}
