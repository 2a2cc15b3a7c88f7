using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Modules;
using Klp.Patching.Diff;
using Klp.Patching.Extraction;
using Klp.Patching.Placement;

namespace Klp.Patching.Tests.Extraction;

/// <summary>A kernel of one unit, compiled and linked by the cross tools; and the unit with a patch.</summary>
internal sealed class SmallKernel : IKernelSymbols, IDisposable
{
    private const string Compiler = Tool.Arm64 + "gcc";

    private static readonly string[] Plain = ["-Os", "-ffreestanding", "-fno-pic", "-fpatchable-function-entry=2", "-fno-optimize-sibling-calls", "-mgeneral-regs-only"];
    private static readonly string[] Sections =
        ["-ffunction-sections", "-fdata-sections", "-fno-section-anchors", "-g", "-fno-eliminate-unused-debug-types"];

    private readonly TempFolder folder = new();
    private readonly LinkedImage image;
    private readonly IReadOnlySet<string> keptNames;
    private readonly string[] constants;

    /// <summary>Makes the kernel.</summary>
    /// <param name="source">The unit.</param>
    /// <param name="other">The rest of the kernel, which comes first.</param>
    /// <param name="stripped">A symbol that the kernel's build takes away when all is linked.</param>
    /// <param name="constants">
    /// Variables of runtime constants: RUNTIME is defined for the kernel's own object, and not for those that are compared.
    /// </param>
    internal SmallKernel(string source, string other = "", string stripped = "", params string[] constants)
    {
        Source = source;
        this.constants = constants;
        string unit = Compile(source, "unit.o", "-DRUNTIME");
        keptNames = SharedVariables.NamesIn(ElfObject.Open(unit));
        Write("kept.h", SharedVariables.Declarations(keptNames));
        Tool.Run(Compiler, [.. Plain, "-xc", "-c", Write("other.c", "void used_elsewhere(void) { }\n" + other), "-o", folder["other.o"]]);
        Tool.Run(Tool.Arm64 + "ld", ["-e", "0", "-Ttext=0x10000", "--unresolved-symbols=ignore-all", folder["other.o"], unit, "-o", folder["vmlinux"]]);
        if (stripped.Length > 0)
            Tool.Run(Tool.Arm64 + "objcopy", ["--strip-symbol", stripped, folder["vmlinux"]]);
        image = LinkedImage.Of(ElfImage.Open(folder["vmlinux"]), "vmlinux")!;
        PlacementFinder finder = new(image, ElfObject.Open(unit));
        Placement = finder.Find() ?? throw new InvalidOperationException(finder.Problem);
    }

    internal string Source { get; }

    internal UnitPlacement Placement { get; }

    internal DiagnosticBag Diagnostics { get; } = new();

    internal HashSet<string> Exports { get; } = [];

    /// <summary>Compares the unit with a patched one.</summary>
    internal UnitDiff Diff(string patched) => new(
        new UnitObject(ElfObject.Open(Compile(Source, "original.o", [.. Sections, "-include", folder["kept.h"]])), keptNames),
        new UnitObject(ElfObject.Open(Compile(patched, "patched.o", [.. Sections, "-include", folder["kept.h"]])), keptNames));

    /// <summary>Replaces a text of the unit, and plans.</summary>
    internal ExtractionPlan? Plan(string old, string made)
    {
        Assert.Contains(old, Source, StringComparison.Ordinal);
        return PlanFor(Source.Replace(old, made, StringComparison.Ordinal));
    }

    internal ExtractionPlan? PlanFor(string patched) =>
        new ExtractionPlanner(Request(patched), Diagnostics).Plan();

    private ExtractionRequest Request(string patched) => new()
    {
        Diff = Diff(patched),
        Placement = Placement,
        Kernel = this,
        Source = "unit.c",
        RuntimeConstants = constants.ToHashSet(StringComparer.Ordinal),
    };

    /// <inheritdoc/>
    public bool IsExported(string name) => Exports.Contains(name);

    /// <inheritdoc/>
    public KernelSymbol? FindGlobal(string name) =>
        image.Find(name).FirstOrDefault(candidate => candidate.IsGlobal) is { } found ? new KernelSymbol("vmlinux", name, image.Find(name).Count == 1 ? 0 : found.Sympos) : null;

    /// <summary>The kernel's symbols of a name.</summary>
    internal IReadOnlyList<SymbolCandidate> Symbols(string name) => image.Find(name);

    public void Dispose() => folder.Dispose();

    private string Compile(string source, string target, params string[] options)
    {
        // The name is that of the STT_FILE symbol.
        Tool.Run(Compiler, [.. Plain, .. options, "-c", Write("unit.c", source), "-o", folder[target]]);
        return folder[target];
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }
}
