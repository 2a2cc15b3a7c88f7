using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Patching.Patches;

/// <summary>The header of a hunk, <c>@@ -10,7 +10,8 @@ section</c>.</summary>
/// <param name="OldStart">The first line in the file before, from 1 on; the line before where there is none of it.</param>
/// <param name="OldCount">How many lines of it there are.</param>
/// <param name="NewStart">The same in the file afterwards.</param>
/// <param name="NewCount">How many lines of that there are.</param>
/// <param name="PatchLine">The header's line in the patch, from 1 on.</param>
internal sealed partial record HunkHeader(int OldStart, int OldCount, int NewStart, int NewCount, int PatchLine)
{
    // Numbers of more digits are no lines of a source, and sums of these stay far from overflow.
    private const int LargestNumber = 100_000_000;

    /// <summary>Reads a header.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="patchLine">Its number in the patch.</param>
    /// <returns>The header; null where the line is none.</returns>
    internal static HunkHeader? Read(string line, int patchLine)
    {
        Match match = Form().Match(line);
        if (!match.Success)
            return null;
        int oldStart = Number(match.Groups["old"], 0), oldCount = Number(match.Groups["olds"], 1);
        int newStart = Number(match.Groups["new"], 0), newCount = Number(match.Groups["news"], 1);
        bool isWrong = oldStart < 0 || oldCount < 0 || newStart < 0 || newCount < 0
            || (oldStart == 0 && oldCount > 0) || (newStart == 0 && newCount > 0);
        return isWrong ? null : new HunkHeader(oldStart, oldCount, newStart, newCount, patchLine);
    }

    private static int Number(Group group, int omitted) => !group.Success ? omitted
        : int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= LargestNumber ? number
            : -1;

    [GeneratedRegex(
        @"^@@ -(?<old>[0-9]+)(,(?<olds>[0-9]+))? \+(?<new>[0-9]+)(,(?<news>[0-9]+))? @@",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
