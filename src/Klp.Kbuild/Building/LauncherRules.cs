using System.Text.RegularExpressions;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Building;

/// <summary>What can call the compiler: a program such as ccache, perhaps with options of its own.</summary>
internal static partial class LauncherRules
{
    /// <summary>Checks a launcher.</summary>
    /// <param name="launcher">The program with its options; empty for none.</param>
    /// <param name="diagnostics">Receives what is wrong with it.</param>
    internal static void Check(string launcher, DiagnosticBag diagnostics)
    {
        if (!LauncherPattern().IsMatch(launcher))
        {
            diagnostics.AddError(
                DiagnosticCodes.CompilerLauncherMissing,
                $"\"{launcher}\" cannot launch the compiler: make takes letters, digits, spaces and \"_./+=,:@%-\" in it. "
                    + $"Correct {HostWord.Launcher}.");
            return;
        }

        if (launcher.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is not { } program
            || ExecutableSearch.Find(program) is not null)
        {
            return;
        }

        string advice = program.Contains('/', StringComparison.Ordinal) ? "" : $": {PackageAdvice.Command(program, "apt")}";
        diagnostics.AddError(
            DiagnosticCodes.CompilerLauncherMissing,
            $"The compiler launcher {program}, which {HostWord.Launcher} names, was not found. Install it{advice}. "
                + $"Or leave the {HostWord.Setting} out.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9 _./+=,:@%-]*\z")]
    private static partial Regex LauncherPattern();
}
