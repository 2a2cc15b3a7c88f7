using Klp.Build.Tasks.Items;
using Klp.Kbuild.Building;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Writes the C source of the livepatch's tables from the project's items.</summary>
public sealed class GenerateTables : StageTask
{
    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The functions to patch.</summary>
    public ITaskItem[] Functions { get; set; } = [];

    /// <summary>Patched objects with their callbacks.</summary>
    public ITaskItem[] Objects { get; set; } = [];

    /// <summary>The states that the livepatch modifies.</summary>
    public ITaskItem[] States { get; set; } = [];

    /// <summary>What <see cref="ExtractPatch"/> made; empty without patches.</summary>
    public string PatchFile { get; set; } = "";

    /// <summary>True when the livepatch replaces all before it.</summary>
    public bool AtomicReplace { get; set; }

    /// <summary>The module's license.</summary>
    [Required]
    public string License { get; set; } = "";

    /// <summary>The module's authors.</summary>
    public string[] Authors { get; set; } = [];

    /// <summary>The module's description; empty for one that names the patched objects.</summary>
    public string Description { get; set; } = "";

    /// <summary>The module's version; empty for none.</summary>
    public string Version { get; set; } = "";

    /// <summary>Receives the source.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>Receives the header that the project's sources begin with.</summary>
    [Required]
    public string Header { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = KernelCache.Read(Root(KernelCacheFile));
        TableItems items = new(diagnostics);
        PatchDescription patch = new()
        {
            Functions = [.. items.ReadFunctions(Functions), .. ReadPatch(PatchFile).Functions],
            Objects = items.ReadObjects(Objects),
            States = items.ReadStates(States),
            Replace = AtomicReplace,
            Module = new ModuleDescription { License = License, Authors = Authors, Description = Description, Version = Version },
        };
        LivepatchTablesWriter.Write(patch, kernel, Root(Source), Root(Header), diagnostics);
    }
}
