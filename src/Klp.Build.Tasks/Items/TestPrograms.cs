using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Build.Tasks.Items;

/// <summary>Compiles the test programs of a plan for its kernel's architecture.</summary>
/// <param name="tree">The kernel.</param>
/// <param name="plan">The plan.</param>
/// <param name="diagnostics">Receives what the compiler says.</param>
internal sealed partial class TestPrograms(KernelTree tree, LivepatchTestPlan plan, DiagnosticBag diagnostics)
{
    /// <summary>Compiles them.</summary>
    public async Task CompileAsync(CancellationToken cancellation)
    {
        BootProgram[] programs = [.. plan.Programs.Where(program => !program.IsScript)];
        if (programs.Length == 0)
            return;
        try
        {
            TargetCompiler compiler = new(KernelUnderTest.For(tree, crossCompile: plan.CrossCompile));
            foreach (BootProgram program in programs)
            {
                (bool succeeded, string output) = await compiler.CompileFileAsync(
                    program.Source, program.File, cancellation).ConfigureAwait(false);
                Report(program, succeeded, output);
            }
        }
        catch (BootSetupException e)
        {
            diagnostics.AddError(DiagnosticCodes.TestProgramNotCompiled, e.Message);
        }
    }

    private void Report(BootProgram program, bool succeeded, string output)
    {
        bool errors = false;
        foreach (Match match in Message().Matches(output))
        {
            bool error = match.Groups["kind"].Value != "warning";
            errors |= error;
            SourcePlace place = new(
                Path.GetFullPath(match.Groups["file"].Value, Path.GetDirectoryName(program.Source)!),
                Number(match, "line"),
                Number(match, "column"));
            diagnostics.Add(new Diagnostic(
                DiagnosticCodes.TestProgramNotCompiled,
                error ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
                match.Groups["text"].Value,
                place));
        }

        if (!succeeded && !errors)
            diagnostics.AddError(
                DiagnosticCodes.TestProgramNotCompiled,
                $"The test program does not compile:\n{output.TrimEnd()}",
                new SourcePlace(program.Source));
    }

    private static int Number(Match match, string group) =>
        int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    [GeneratedRegex(
        @"^(?<file>[^:\n]+):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>fatal error|error|warning): (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Message();
}
