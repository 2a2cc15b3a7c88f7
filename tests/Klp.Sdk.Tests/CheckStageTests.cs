using Klp.Build.Tasks;
using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>The protocol of a stage: <see cref="CheckStage"/> before its task, which records that it came to its end.</summary>
public sealed class CheckStageTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeBuildEngine engine = new();
    private string[] files = [];

    public CheckStageTests() => File.WriteAllText(folder.Combine("input"), "");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_stage_that_came_to_its_end_has_nothing_to_do_until_something_changes()
    {
        Assert.NotEqual("", Check());
        Assert.Contains("The stage stage runs: there is no record that it came to its end.", engine.Messages);
        Assert.True(Run(Check()));
        Assert.Equal("", Check());
        Assert.Equal(["output", "stage.warnings", "stage.record"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.True(File.Exists(file), file));

        foreach (string file in files)
        {
            File.Delete(file);
            Assert.NotEqual("", Check());
            Assert.True(Run(Check()));
            Assert.Equal("", Check());
        }

        Assert.NotEqual("", Check("setting"));
    }

    [Fact]
    public void A_stage_that_fails_or_is_interrupted_is_not_done()
    {
        Assert.True(Run(Check()));
        Assert.False(Run(Check("setting"), diagnostics => diagnostics.AddError(DiagnosticCodes.InputOutput, "wrong")));
        Assert.NotEqual("", Check("setting"));
        Assert.NotEqual("", Check());

        Assert.True(Run(Check()));
        Assert.False(Run(Check("setting"), _ => throw new OperationCanceledException()));
        Assert.NotEqual("", Check());
    }

    [Fact]
    public void What_changes_while_the_stage_runs_makes_it_run_again()
    {
        Assert.True(Run(Check(), _ => File.SetLastWriteTimeUtc(folder.Combine("input"), DateTime.UnixEpoch)));

        Assert.NotEqual("", Check());
    }

    [Fact]
    public void What_the_stage_said_is_told_when_it_runs_and_when_it_is_passed_over()
    {
        Assert.True(Run(Check(), diagnostics => diagnostics.AddWarning(DiagnosticCodes.CompilerWarning, "careless")));
        Assert.Equal(["careless"], engine.Warnings);

        Assert.Equal("", Check());
        Assert.Equal(["careless", "careless"], engine.Warnings);

        Assert.NotEqual("", Check("setting"));
        Assert.Equal(2, engine.Warnings.Count);
    }

    private string Check(string setting = "")
    {
        CheckStage check = new()
        {
            BuildEngine = engine,
            ProjectFile = folder.Combine("project.csproj"),
            Stage = "stage",
            Settings = [setting],
            Inputs = ["input"],
            Outputs = ["output"],
        };
        Assert.True(check.Execute());
        files = check.Files;
        return check.State;
    }

    private bool Run(string state, Action<DiagnosticBag>? work = null) => new Work(work)
    {
        BuildEngine = engine,
        ProjectFile = folder.Combine("project.csproj"),
        Stage = "stage",
        State = state,
        Output = folder.Combine("output"),
    }.Execute();

    private sealed class Work(Action<DiagnosticBag>? work) : StageTask
    {
        public string Output { get; set; } = "";

        protected override void Run(DiagnosticBag diagnostics)
        {
            File.WriteAllText(Output, "");
            work?.Invoke(diagnostics);
        }
    }
}
