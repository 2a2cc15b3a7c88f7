using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Units;

/// <summary>
/// Tells by a recorded command whether the compiler makes places that ftrace can attach to. Makefiles switch that off for files and
/// folders (<c>CFLAGS_REMOVE_main.o = $(CC_FLAGS_FTRACE)</c>): the option is not in the command then.
/// </summary>
internal static partial class TraceOptions
{
    internal static bool AreIn(IReadOnlyList<string> command)
    {
        bool isTraced = false;
        foreach (string word in command)
        {
            if (word is "-pg" or "-mfentry" or "-mprofile-kernel")
                isTraced = true;
            else if (word is "-p" or "-no-pg")
                isTraced = false;
            else if (Entry().Match(word) is { Success: true } entry)
                isTraced = Number(entry, "all") > Number(entry, "before") || command.Contains("-mfentry");
        }

        return isTraced;
    }

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } number ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 0;

    // Those before the function are padding (CONFIG_CALL_PADDING), or where CALL_OPS keeps an address.
    [GeneratedRegex(@"^-fpatchable-function-entry=(?<all>\d{1,4})(?:,(?<before>\d{1,4}))?$")]
    private static partial Regex Entry();
}
