using System.Text.RegularExpressions;
using Klp.Boot.Report;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Finds, in the kernel's log, what it says about a livepatch.</summary>
internal static partial class LoadRuleMessages
{
    /// <summary>The least urgent level at which the kernel speaks of a livepatch that it refuses.</summary>
    private const int Notice = 5;

    /// <summary>The messages of some steps, without prefixes, without what the kernel says of any livepatch, and without back traces.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="module">The name of the livepatch.</param>
    public static IReadOnlyList<string> Of(IEnumerable<StepResult> steps, string module)
    {
        Regex prefix = new($"^(livepatch: |module: |kobject: |Modules: |module {module}: |{module}: )+");
        return
        [
            .. steps.SelectMany(step => step.Log)
                .Where(record => record.Facility == 0 && record.Level <= Notice)
                .Select(record => record.Text)
                .Where(text => !OfAny().IsMatch(text) && !OfTrace().IsMatch(text))
                .Select(text => Address().Replace(prefix.Replace(Printable(text).TrimEnd(), ""), "…"))
                .Distinct(),
        ];
    }

    /// <summary>A text with the DEL of the ELF magic made visible, in one line.</summary>
    public static string Printable(string text) => text.Replace("\x7f", "\\x7f", StringComparison.Ordinal).Replace('\n', ' ');

    [GeneratedRegex("taint|enabling patch|: (starting|completing) (un)?patching transition|(un)?patching complete|applying patch|reverting patch|reversing transition|zram: Added device|Removed device|module verification failed")]
    private static partial Regex OfAny();

    [GeneratedRegex(@"^(CPU: |Tainted: |Hardware name: |Call trace:|Modules linked in|pstate: |pc : |lr : |sp : |x\d+ *: |Code: |---\[|Mem abort info|Data abort info|\[|\s|swapper pgtable|user pgtable|note: |SET = |EA = |FSC = |CM = |ISV = |ESR = )")]
    private static partial Regex OfTrace();

    [GeneratedRegex(@"\b(0x)?[0-9a-f]{8,}\b")]
    private static partial Regex Address();
}
