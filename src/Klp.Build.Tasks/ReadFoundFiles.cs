using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Tells which files a stage found out that it reads, in the last build for each kernel.</summary>
public sealed class ReadFoundFiles : KlpTask
{
    /// <summary>The records of the stage.</summary>
    public string[] Records { get; set; } = [];

    /// <summary>The files, as absolute paths.</summary>
    [Output]
    public string[] Files { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics) =>
        Files = [.. Records.SelectMany(record => StageRecord.ReadFound(Root(record))).Distinct(StringComparer.Ordinal)];
}
