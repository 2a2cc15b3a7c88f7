using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;

namespace Klp.Patching.Tests.Diff;

/// <summary>Two versions of a source, compiled for arm64 by the cross compiler.</summary>
internal sealed class CompiledPair : IDisposable
{
    private static readonly string[] Plain =
        ["-O2", "-ffreestanding", "-fno-pic", "-fpatchable-function-entry=2", "-fno-optimize-sibling-calls", "-mgeneral-regs-only"];

    private readonly TempFolder folder = new();

    internal CompiledPair(string old, string made, bool withSections = true)
    {
        OldPath = Compile(old, "old", withSections);
        NewPath = Compile(made, "new", withSections);
        Diff = ObjectPair.Compare(ElfObject.Open(OldPath), ElfObject.Open(NewPath), Diagnostics)!;
        Summary = DiffSummary.Of(Diff);
    }

    internal string OldPath { get; }

    internal string NewPath { get; }

    internal DiagnosticBag Diagnostics { get; } = new();

    internal UnitDiff Diff { get; }

    internal DiffSummary Summary { get; }

    /// <summary>The differences of the only function, or of the one that is named.</summary>
    internal IReadOnlyList<PartDifference> Of(string function) => Assert.Single(Summary.Functions.Changed, part => part.Name == function).Differences;

    public void Dispose() => folder.Dispose();

    private string Compile(string source, string name, bool withSections)
    {
        string[] sections = withSections ? ["-ffunction-sections", "-fdata-sections", "-fno-section-anchors"] : [];
        string file = folder.Write($"{name}/unit.c", source);
        Tool.Run(Tool.Arm64 + "gcc", [.. Plain, .. sections, "-c", file, "-o", folder[name + ".o"]]);
        return folder[name + ".o"];
    }
}
