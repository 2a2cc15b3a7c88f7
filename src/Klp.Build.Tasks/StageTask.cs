using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>
/// Does the work of a stage. When it comes to its end it records what it had to say, for builds that pass the stage over, and
/// what it was made from, by which <see cref="CheckStage"/> knows that they can.
/// </summary>
public abstract class StageTask : KlpTask
{
    /// <summary>The path that the stage's files begin with: <c>.record</c> and <c>.warnings</c>.</summary>
    [Required]
    public string Stage { get; set; } = "";

    /// <summary>What the stage is made from, as <see cref="CheckStage"/> saw it.</summary>
    [Required]
    public string State { get; set; } = "";

    /// <summary>The stage's <see cref="StageRecord"/>.</summary>
    protected string RecordPath => Root(Stage) + StageRecord.Extension;

    /// <summary>The stage's <see cref="DiagnosticRecord"/>.</summary>
    protected string WarningsPath => Root(Stage) + DiagnosticRecord.Extension;

    /// <summary>The files that the task found out that it reads, as absolute paths. They count as inputs of the next build.</summary>
    protected IReadOnlyList<string> Found { get; set; } = [];

    /// <summary>
    /// True where builds share what the stage makes, so that the task writes the records itself, while it keeps the others away.
    /// </summary>
    protected virtual bool IsShared => false;

    // Without the record the next build does not take for done what fails or is interrupted now.
    private protected override void Begin()
    {
        if (!IsShared && File.Exists(RecordPath))
            File.Delete(RecordPath);
    }

    // It is what is recorded that is told, now as later, so whatever makes errors of warnings does so in every build alike.
    private protected override IReadOnlyCollection<Diagnostic> Finish(DiagnosticBag diagnostics)
    {
        if (!IsShared)
        {
            DiagnosticRecord.Write(WarningsPath, diagnostics);
            StageRecord.Write(RecordPath, State, Found);
        }

        return [.. DiagnosticRecord.Read(WarningsPath).Where(IsNew)];
    }

    // What it said before is no longer right.
    private protected override void Fail()
    {
        if (File.Exists(WarningsPath))
            File.Delete(WarningsPath);
    }
}
