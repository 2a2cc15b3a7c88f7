namespace Klp.DebugInfo.Dwarf;

/// <summary>Finds the functions that are defined in a unit, and where they are inlined (DWARF 5, section 3.3).</summary>
internal sealed class DwarfUnitFunctions
{
    private readonly DwarfUnit unit;
    private readonly Dictionary<int, DwarfFunction> byOffset = [];

    private DwarfUnitFunctions(DwarfUnit unit) => this.unit = unit;

    /// <summary>The functions of some names, or all; those that are inlined wherever they are used only where they are asked for.</summary>
    internal static IEnumerable<DwarfFunction> Find(DwarfUnit unit, IReadOnlyCollection<string>? names, bool withInlined = false)
    {
        DwarfUnitFunctions functions = new(unit);
        functions.FindDefinitions(names);
        if (functions.byOffset.Count > 0)
            functions.FindCode();
        DwarfFunction[] found = [.. functions.byOffset.Values.Where(
            function => function.HasCode || (withInlined && function.InlinedInto.Count > 0))];
        // Once its type is made, a function no longer keeps the unit in memory.
        foreach (DwarfFunction function in found)
            _ = function.Type;
        return found;
    }

    private void FindDefinitions(IReadOnlyCollection<string>? names)
    {
        DwarfTypes types = new(unit);
        for (int i = 0; i < unit.Count; i++)
        {
            if (unit[i] is not { Tag: DwarfTag.Function, IsDeclaration: false, Origin: DwarfUnit.None } entry)
                continue;
            if (names is not null && !names.Any(entry.Name.Is))
                continue;
            if (entry.Name.Text is { Length: > 0 } name)
            {
                int index = i;
                byOffset.Add(
                    entry.Offset,
                    new DwarfFunction(name, () => types.Function(index))
                    {
                        Address = entry.Address,
                        Section = entry.Section,
                        HasCode = entry.HasCode,
                        HasPrototype = entry.IsPrototyped,
                        SourceFile = unit.SourceFile,
                        CompilationDirectory = unit.Directory,
                    });
            }
        }
    }

    // An abstract instance has its code, and each inlined copy, in entries of their own.
    private void FindCode()
    {
        for (int i = 0; i < unit.Count; i++)
        {
            DwarfEntry entry = unit[i];
            if (entry.Origin < 0 || !byOffset.TryGetValue(entry.Origin, out DwarfFunction? function))
                continue;
            if (entry is { Tag: DwarfTag.Function, HasCode: true })
                (function.Address, function.Section, function.HasCode) = (entry.Address, entry.Section, true);
            else if (entry.Tag == DwarfTag.InlinedCopy && CallerOf(entry) is { } caller)
                function.AddCaller(caller);
        }
    }

    private DwarfCaller? CallerOf(DwarfEntry copy)
    {
        for (int parent = copy.Parent; parent >= 0; parent = unit[parent].Parent)
        {
            if (unit[parent] is { Tag: DwarfTag.Function, HasCode: true } caller && NameOf(caller) is { } name)
                return new DwarfCaller(name, caller.Address, caller.Section);
        }

        return null;
    }

    private string? NameOf(DwarfEntry function)
    {
        int origin = function.Origin < 0 ? -1 : unit.IndexAt(function.Origin);
        return function.Name.Text ?? (origin < 0 ? null : unit[origin].Name.Text);
    }
}
