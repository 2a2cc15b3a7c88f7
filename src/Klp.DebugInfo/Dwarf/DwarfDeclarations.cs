using System.Globalization;
using Klp.DebugInfo.Types;

namespace Klp.DebugInfo.Dwarf;

/// <summary>Gathers what units declare (DWARF 5, chapters 3 to 5).</summary>
internal sealed class DwarfDeclarations
{
    private readonly List<DebugLayout> layouts = [];
    private readonly List<(string Name, string Type)> functions = [];
    private readonly List<(string Name, string Type)> variables = [];
    private readonly List<(string Name, string Type)> locals = [];
    private readonly List<(string Name, string Type)> constants = [];
    private bool isWhole = true;
    private int units;

    internal void Add(DwarfUnit unit)
    {
        DwarfTypeTexts texts = new(unit);
        HashSet<int> named = [];
        for (int index = 0; index < unit.Count; index++)
        {
            DwarfEntry entry = unit[index];
            if (entry.IsDeclaration && entry.Tag is not (DwarfTag.Function or DwarfTag.Variable))
                continue;
            if (entry.Name.Text is not { Length: > 0 } name)
                continue;
            switch (entry.Tag)
            {
                case DwarfTag.Structure or DwarfTag.Union or DwarfTag.Enumeration:
                    layouts.Add(texts.Layout(index, DwarfTypeTexts.Tagged(entry)!));
                    break;
                case DwarfTag.Alias when texts.WithoutTag(index) is var target and >= 0:
                    layouts.Add(texts.Layout(target, name));
                    named.Add(target);
                    break;
                case DwarfTag.Function when entry.Parent == 0:
                    functions.Add((name, texts.Function(index)));
                    break;
                case DwarfTag.Variable:
                    (entry.Parent == 0 ? variables : locals).Add((name, texts.At(entry.Type)));
                    break;
            }
        }

        AddConstants(unit, named);
        units++;
        isWhole &= unit.IsWhole && !texts.IsDamaged;
    }

    // Of enumerations that have neither a tag nor an alias.
    private void AddConstants(DwarfUnit unit, HashSet<int> named)
    {
        for (int index = 0; index < unit.Count; index++)
        {
            if (unit[index].Tag != DwarfTag.Enumeration || unit[index].Name.Text is { Length: > 0 } || named.Contains(index))
                continue;
            foreach (int child in unit.Children(index).Where(child => unit[child].Tag == DwarfTag.Enumerator))
                constants.Add((unit[child].Name.Text ?? "", ((long)unit[child].Value).ToString(CultureInfo.InvariantCulture)));
        }
    }

    internal DebugDeclarations Result() => new()
    {
        Layouts = layouts.ToLookup(layout => layout.Name, StringComparer.Ordinal),
        Functions = Lookup(functions),
        Variables = Lookup(variables),
        Locals = Lookup(locals),
        Constants = Lookup(constants),
        IsWhole = isWhole && units > 0,
    };

    private static ILookup<string, string> Lookup(List<(string Name, string Type)> list) =>
        list.Distinct().ToLookup(item => item.Name, item => item.Type, StringComparer.Ordinal);
}
