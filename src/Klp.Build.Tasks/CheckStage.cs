using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>
/// Says whether a stage has something to do. A stage has not where it would be made from the same as last time: the same
/// settings, and files of the same times, among them those that it found out that it reads, and this assembly. Of a stage that
/// is passed over it tells what the stage had to say when it ran.
/// </summary>
public sealed class CheckStage : KlpTask
{
    /// <summary>The path that the stage's files begin with: <c>.record</c> and <c>.warnings</c>.</summary>
    [Required]
    public string Stage { get; set; } = "";

    /// <summary>What the stage is told.</summary>
    public string[] Settings { get; set; } = [];

    /// <summary>The files that the stage is given.</summary>
    public string[] Inputs { get; set; } = [];

    /// <summary>The files that the stage makes. It runs where one of them is missing.</summary>
    public string[] Outputs { get; set; } = [];

    /// <summary>
    /// True where projects share what the stage makes: they may reach its inputs by different paths, and have this assembly from
    /// different packages, which counts only where it is newer.
    /// </summary>
    public bool IsShared { get; set; }

    /// <summary>What the stage is to be made from, for its task; empty for a stage that has nothing to do.</summary>
    [Output]
    public string State { get; set; } = "";

    /// <summary>What the stage leaves: its outputs and its records.</summary>
    [Output]
    public string[] Files { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        string stage = Root(Stage);
        string warnings = stage + DiagnosticRecord.Extension;
        string tasks = typeof(CheckStage).Assembly.Location;
        string[] inputs = [.. Inputs.Select(Root)];
        string[] outputs = [.. Outputs.Select(Root)];
        string record = stage + StageRecord.Extension;
        Files = [.. outputs, warnings, record];

        string state = StageRecord.State(Settings, IsShared ? inputs : inputs.Append(tasks), outputs, byName: IsShared);
        if (StageRecord.FindChange(record, state, [.. outputs, warnings], IsShared ? [tasks] : []) is { } change)
        {
            State = state;
            Log.LogMessage(MessageImportance.Normal, "The stage {0} runs: {1}.", Path.GetFileName(Stage), change);
            return;
        }

        foreach (Diagnostic diagnostic in DiagnosticRecord.Read(warnings).Where(IsNew))
            diagnostics.Add(diagnostic);
    }
}
