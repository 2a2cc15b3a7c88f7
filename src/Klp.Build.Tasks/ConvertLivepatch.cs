using Klp.Build.Tasks.Items;
using Klp.Elf.Model;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Modules;
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

    /// <summary>Receives the converted module.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = ReadKernel(KernelCacheFile);
        if (kernel.OpenTree(diagnostics) is not { } tree || SymbolDatabase.Open(kernel.Database, diagnostics) is not { } database)
            return;
        if (ConversionContext.For(tree, database, diagnostics) is not { } context)
            return;

        IReadOnlyList<Annotation> annotations = new SymbolItems(diagnostics).Read(Symbols);
        if (!diagnostics.HasErrors)
            new PatchedFunctionRules(context, tree, diagnostics).Check(new TableItems(diagnostics).ReadFunctions(Functions));
        if (diagnostics.HasErrors)
            return;

        Log.LogMessage(MessageImportance.Normal, "Converting {0} for {1}.", Path.GetFileName(Module), kernel.Release);
        ConversionPlan plan = ConversionPlanner.Plan(ElfObject.Open(Root(Module)), context, annotations);
        StageLayout layout = LayOut(Sources);
        diagnostics.AddRange(plan.Diagnostics.Select(layout.InUsersFile));
        if (!diagnostics.HasErrors)
            AtomicFile.WriteAllBytes(Root(Output), ConversionApplier.Apply(plan));
    }
}
