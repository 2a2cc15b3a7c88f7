using Microsoft.Build.Logging.StructuredLogger;

namespace Klp.Sdk.Tests.Support;

/// <summary>A message of a build.</summary>
internal sealed record BuildMessage(string Code, string File, int Line, string Text);

/// <summary>What a nested build did.</summary>
internal sealed class BuildResult
{
    // The stage's target and the task that does its work.
    private static readonly (string Target, string Task)[] Stages =
    [
        ("KlpResolveKernel", "ResolveKernel"),
        ("KlpExtractPatch", "ExtractPatch"),
        ("KlpGenerateTables", "GenerateTables"),
        ("KlpCompile", "CompileLivepatch"),
        ("KlpGenerateSymbols", "GenerateSymbolDatabase"),
        ("KlpConvert", "ConvertLivepatch"),
        ("KlpSign", "SignLivepatch"),
        ("KlpCompress", "CompressLivepatch"),
        ("KlpValidate", "ValidateLivepatch"),
    ];

    public BuildResult(int exitCode, string output, string binaryLog)
    {
        ExitCode = exitCode;
        Output = output;
        Microsoft.Build.Logging.StructuredLogger.Build build = BinaryLog.ReadBuild(binaryLog);
        Tasks = build.FindChildrenRecursive<Microsoft.Build.Logging.StructuredLogger.Task>().Select(task => task.Name).ToHashSet(StringComparer.Ordinal);
        Ran = [.. Stages.Where(stage => Tasks.Contains(stage.Task)).Select(stage => stage.Target)];
        Errors = [.. build.FindChildrenRecursive<Error>().Select(error => new BuildMessage(error.Code ?? "", error.File ?? "", error.LineNumber, error.Text)).Distinct()];
        Warning[] warnings = [.. build.FindChildrenRecursive<Warning>()];
        WarningCount = warnings.Length;
        Warnings = [.. warnings.Select(warning => new BuildMessage(warning.Code ?? "", warning.File ?? "", warning.LineNumber, warning.Text)).Distinct()];
    }

    /// <summary>The targets of the stages, in their order.</summary>
    public static IReadOnlyList<string> StageNames { get; } = [.. Stages.Select(stage => stage.Target)];

    public int ExitCode { get; }

    /// <summary>What the console showed.</summary>
    public string Output { get; }

    /// <summary>The stages that did something, in their order. A skipped target has no task.</summary>
    public IReadOnlyList<string> Ran { get; }

    /// <summary>The names of the tasks that ran, whosever they are.</summary>
    public IReadOnlySet<string> Tasks { get; }

    public IReadOnlyList<BuildMessage> Errors { get; }

    /// <summary>The warnings, those that are the same once.</summary>
    public IReadOnlyList<BuildMessage> Warnings { get; }

    /// <summary>How often the build warned.</summary>
    public int WarningCount { get; }

    /// <summary>Fails the test, with the console's text, when the build failed.</summary>
    public BuildResult Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    /// <summary>The only error; fails the test when there is none or another.</summary>
    public BuildMessage SingleError(string code)
    {
        Assert.True(ExitCode != 0, Output);
        BuildMessage error = Assert.Single(Errors);
        Assert.Equal(code, error.Code);
        return error;
    }
}
