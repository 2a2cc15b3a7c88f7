using Klp.Build.Tasks.Items;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>
/// Tells what a stage recorded, in this build or in an earlier one. Only here do a stage's warnings reach MSBuild, so
/// whatever makes errors of them does so in every build alike.
/// </summary>
public sealed class ReportWarnings : KlpTask
{
    /// <summary>The record of the stage.</summary>
    [Required]
    public string Record { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        diagnostics.AddRange(DiagnosticRecord.Read(Root(Record)).Where(IsNew));
    }

    // dotnet pack looks at the kernel in a second evaluation of the project, and each stage opens the kernel's tree anew: what
    // there is to tell about it is told once a build.
    private bool IsNew(Diagnostic diagnostic)
    {
        if (BuildEngine is not IBuildEngine4 build)
            return true;
        string key = $"{typeof(ReportWarnings).FullName} {ProjectFile} {KernelNames.Current(BuildEngine)} {diagnostic}";
        if (build.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is not null)
            return false;
        build.RegisterTaskObject(key, key, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return true;
    }
}
