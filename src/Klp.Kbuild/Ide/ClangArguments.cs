using System.Text.RegularExpressions;

namespace Klp.Kbuild.Ide;

/// <summary>
/// Picks from a kernel's compiler options those that say what the source means, for a clang of any version: it refuses what
/// it does not know of gcc's options for code generation, and what it would generate matters to nobody here.
/// </summary>
internal static partial class ClangArguments
{
    // What a kernel built by clang turns off for its own code (scripts/Makefile.warn), and gcc's names of warnings.
    private static readonly string[] Always =
    [
        "-Wno-unknown-warning-option",
        "-Wno-microsoft-anon-tag",
        "-Wno-gnu",
        "-Wno-initializer-overrides",
    ];

    /// <summary>The arguments for clang without the source, the program's name first.</summary>
    /// <param name="target">The target triple.</param>
    /// <param name="words">The words of the command that compiled the source.</param>
    /// <param name="resolve">Makes a path of that command absolute.</param>
    internal static IReadOnlyList<string> From(string target, IReadOnlyList<string> words, Func<string, string> resolve)
    {
        List<string> arguments = ["clang", $"--target={target}"];
        for (int at = 0; at < words.Count; at++)
        {
            if (PathOption.Read(words, ref at) is { } option)
            {
                arguments.Add(option.Name);
                arguments.Add(resolve(option.Path));
            }
            else if (Meaning().IsMatch(words[at]))
            {
                arguments.Add(words[at]);
            }
        }

        arguments.AddRange(Always);
        return arguments;
    }

    // Macros, the dialect, warnings, and the machine options by which headers and types differ. No -Wp, -Wa and -Wl: they are for
    // other programs.
    [GeneratedRegex("""
        ^(?:-[DU].+|-nostdinc|-std=.+|-O.?|-W(?![pal],).*|-w
        |-f(?:no-)?(?:short-wchar|short-enums|signed-char|unsigned-char|ms-extensions|builtin.*|strict-aliasing|PIE|pie|PIC|pic)
        |-ffreestanding
        |-m(?:64|little-endian|big-endian|general-regs-only|soft-float|no-sse|no-sse2|no-mmx|no-3dnow|no-avx|no-80387
            |no-red-zone|cmodel=.+))$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Meaning();
}
