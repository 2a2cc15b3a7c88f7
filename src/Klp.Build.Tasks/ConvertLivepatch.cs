using Klp.Build.Tasks.Items;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Turns the module's references to symbols that the kernel does not export into livepatch relocations.</summary>
public sealed class ConvertLivepatch : StageTask
{
    /// <summary>The module as kbuild linked it.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The C sources, to name in messages.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>What the project says about symbols of the kernel.</summary>
    public ITaskItem[] Symbols { get; set; } = [];

    /// <summary>The functions to patch, where the project describes them.</summary>
    public ITaskItem[] Functions { get; set; } = [];

    /// <summary>What <see cref="ExtractPatch"/> made; empty without patches.</summary>
    public string PatchFile { get; set; } = "";

    /// <summary>Receives the converted module.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        ModuleConversion conversion = new(ReadKernel(KernelCacheFile), LayOut(Sources))
        {
            ReadAnnotations = problems => new SymbolItems(problems).Read(Symbols),
            ReadFunctions = problems => [.. new TableItems(problems).ReadFunctions(Functions), .. ReadPatch(PatchFile).Functions],
            OnProgress = Say,
        };
        if (conversion.Convert(Root(Module), diagnostics) is { } converted)
            AtomicFile.WriteAllBytes(Root(Output), converted);
    }
}
