using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Uses of symbols through tables that the kernel reads as the livepatch loads, before the symbols are resolved. A call of a
/// tracepoint is in two of them, once for whether it is on and on x86 once more for what it calls
/// (include/linux/tracepoint.h, __DECLARE_TRACE), and is one finding.
/// </summary>
internal sealed class LateTableUses(SymbolUses uses)
{
    private const string Branches = "__jump_table";

    // The variable of a tracepoint, and the key, the trampoline and the function of its calls.
    private static readonly string[] TracepointPrefixes = ["__tracepoint_", "__SCK__tp_func_", "__SCT__tp_func_", "__traceiter_"];

    private readonly List<(string Table, ElfPlace Code, string Name, string Symbol)> found = [];

    /// <summary>Adds a use.</summary>
    /// <param name="table">The name of the table's section.</param>
    /// <param name="code">The code that the table's entry is about.</param>
    /// <param name="symbol">The symbol.</param>
    internal void Add(string table, ElfPlace code, KernelSymbol symbol) => found.Add((table, code, symbol.Name, InWords(symbol)));

    /// <summary>Reports them, each at the code's line.</summary>
    /// <param name="code">The code of the diagnostic.</param>
    /// <param name="diagnostics">Receives the errors.</param>
    internal void Report(DiagnosticDescriptor code, DiagnosticBag diagnostics)
    {
        HashSet<(string, string, SourcePlace)> reported = [];
        HashSet<(string, string)> branches = [.. found
            .Where(use => use.Table == Branches && TracepointOf(use.Name) is not null)
            .Select(use => (TracepointOf(use.Name)!, FunctionAt(use.Code)))];
        foreach ((string table, ElfPlace caller, string name, string symbol) in found)
        {
            SourcePlace place = CallOf(TracepointOf(name), uses.PlaceOf(caller));
            string user = uses.Describe(caller);
            if (TracepointOf(name) is not { } tracepoint)
                diagnostics.Add(MoveMessages.ReadTooEarly(code, place, user, symbol, table));
            // The line of its call out of line is another's.
            else if ((table == Branches || !branches.Contains((tracepoint, FunctionAt(caller))))
                && reported.Add((tracepoint, FunctionAt(caller), place)))
            {
                diagnostics.Add(MoveMessages.TracepointTooEarly(code, place, user, tracepoint, OfModule(symbol), table));
            }
        }
    }

    /// <summary>A symbol of the kernel in words.</summary>
    internal static string InWords(KernelSymbol symbol) =>
        $"'{symbol.Name}' of {(symbol.ObjectName == ModuleName.Vmlinux ? "" : "the module ")}{symbol.ObjectName}";

    // Line tables have no line of a call whose function is inline: the next one in the source that has it.
    private static SourcePlace CallOf(string? tracepoint, SourcePlace place)
    {
        if (tracepoint is null || place.Line == 0)
            return place;
        string call = $"trace_{tracepoint}";
        string[] source = SourceLines.Read(place.File);
        int index = place.Line > source.Length
            ? -1
            : Array.FindIndex(
                source,
                place.Line - 1,
                line => line.Contains(call + "(", StringComparison.Ordinal) || line.Contains(call + "_enabled(", StringComparison.Ordinal));
        return index < 0 ? place : new SourcePlace(place.File, index + 1);
    }

    private static string OfModule(string symbol) => symbol[(symbol.LastIndexOf('\'') + 1)..];

    private static string? TracepointOf(string symbol) =>
        TracepointPrefixes.FirstOrDefault(prefix => symbol.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? symbol[prefix.Length..]
            : null;

    // The compiler puts what is seldom used into a function of its own, with .cold or .part behind the name.
    private string FunctionAt(ElfPlace place) => uses.FunctionAt(place)?.Name.Split('.')[0] ?? place.Section.Name;
}
