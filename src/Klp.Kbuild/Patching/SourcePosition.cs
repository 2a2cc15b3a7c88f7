using Klp.DebugInfo.Dwarf;
using Klp.Patching.Diff;

namespace Klp.Kbuild.Patching;

/// <summary>
/// What debug information says of a version of a unit: the lines that functions are made from, and whose lines these are.
/// </summary>
internal sealed class SourcePosition
{
    private readonly Lazy<DwarfLineTable> lines;
    private readonly Lazy<ILookup<string, DwarfDefinition>> definitions;

    internal SourcePosition(UnitObject unit)
    {
        lines = new(() => DwarfLineTable.Read(unit.Source));
        definitions = new(
            () => (DwarfInfo.Read(unit.Source)?.FindDefinitions() ?? [])
                .OrderBy(definition => definition.Line)
                .ToLookup(definition => Path.GetFileName(definition.File), StringComparer.Ordinal));
    }

    /// <summary>The lines of a file that the code of a function comes from.</summary>
    /// <param name="function">The function.</param>
    /// <param name="path">The file, from the source's root.</param>
    internal HashSet<int> LinesOf(UnitPart function, string path) =>
        [.. lines.Value
            .FindAll(function.Section, function.Offset, function.Offset + function.Size)
            .Where(line => IsOf(path, line.File))
            .Select(line => line.Line)];

    /// <summary>
    /// The functions of the source that a line is in: those that begin last at it or before it; of a system call its macro defines
    /// several at one line. Of a line that code comes from that is right: the function of such a line has code, or is inlined, and
    /// so is told of.
    /// </summary>
    /// <returns>The line at which they begin, and their names; 0 and none where there are none.</returns>
    internal (int Begin, IReadOnlyList<string> Names) FunctionsAt(string path, int line)
    {
        DwarfDefinition[] before = [.. definitions.Value[Path.GetFileName(path)].Where(
            definition => definition.Line <= line && IsOf(path, definition.File))];
        return before is [.., var last]
            ? (last.Line, [.. before.Where(definition => definition.Line == last.Line).Select(definition => definition.Name)])
            : (0, []);
    }

    /// <summary>Whether the unit has a function of a name, with code or inlined.</summary>
    internal bool Has(string name) => definitions.Value.Any(file => file.Any(definition => definition.Name == name));

    private static bool IsOf(string file, string path) => path == file || path.EndsWith("/" + file, StringComparison.Ordinal);
}
