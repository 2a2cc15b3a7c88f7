using System.Text.RegularExpressions;
using Klp.Kbuild.Paths;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Building;

/// <summary>What a request has to have before a kernel is looked at.</summary>
/// <param name="request">The request.</param>
/// <param name="diagnostics">Receives what is wrong with it.</param>
internal sealed partial class CompilationRules(CompilationRequest request, DiagnosticBag diagnostics)
{
    /// <summary>Checks all of them.</summary>
    /// <returns>False after an error.</returns>
    internal bool Check()
    {
        CheckSources();
        foreach (string name in request.EnvironmentVariables.Where(name => !VariablePattern().IsMatch(name)))
        {
            diagnostics.AddError(
                DiagnosticCodes.EnvironmentVariableName,
                $"\"{name}\" in {HostWord.Environment} cannot be the name of an environment variable. List names only, divided by \";\": "
                    + "the values are those of the environment in which the build runs.",
                request.PlaceOfSetting(HostWord.Environment));
        }

        ModuleNameRules.Check(request.ModuleName, diagnostics);
        LauncherRules.Check(request.Launcher, diagnostics);
        if (!StagePaths.IsPlain(request.StageDirectory))
        {
            diagnostics.AddError(
                DiagnosticCodes.InputOutput,
                $"kbuild cannot work in {request.StageDirectory}: it takes letters, digits and \"_./+-\" in paths. "
                    + $"Set {HostWord.WorkFolder} to a folder without other characters.");
        }

        return !diagnostics.HasErrors;
    }

    private void CheckSources()
    {
        if (request.Sources.Count == 0 && request.Objects.Count == 0)
        {
            diagnostics.AddError(
                DiagnosticCodes.NoSources,
                "The project has no source. Put the .c files of the livepatch next to the project file, or name them as KlpSource items; "
                    + "or name a patch of the kernel as a KlpPatch item.");
        }

        // A project can name what a wildcard has already found: for MSBuild x.C is one of *.c.
        foreach (LivepatchSource source in request.Sources
            .GroupBy(source => source.Path, StringComparer.Ordinal)
            .Select(group => group.Last()))
        {
            if (SourceKind.Problem(source.Name) is { } problem)
                diagnostics.AddError(DiagnosticCodes.SourceKindUnknown, problem, source.Place);
        }

        foreach (LivepatchSource source in request.Sources.Where(source => !File.Exists(source.Path)))
        {
            diagnostics.AddError(
                DiagnosticCodes.InputOutput,
                $"The source does not exist. {HostWord.CorrectSource}.",
                new SourcePlace(source.Path));
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariablePattern();
}
