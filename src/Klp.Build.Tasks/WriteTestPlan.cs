using Klp.Boot.Host;
using Klp.Boot.Testing;
using Klp.Build.Tasks.Items;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Writes the plan by which dotnet test tests the livepatch, and compiles the project's test programs for the guest.</summary>
public sealed class WriteTestPlan : KlpTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>The name that results have.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The name of the kernel's folders: its release, unless the project says otherwise.</summary>
    [Required]
    public string KernelFolder { get; set; } = "";

    /// <summary>The finished livepatch.</summary>
    [Required]
    public string Module { get; set; } = "";

    /// <summary>Files of the guest with what they have to show.</summary>
    public ITaskItem[] Checks { get; set; } = [];

    /// <summary>C programs and shell scripts that test the livepatch in the guest.</summary>
    public ITaskItem[] Programs { get; set; } = [];

    /// <summary>A static busybox of the kernel's architecture; empty for none.</summary>
    public string Busybox { get; set; } = "";

    /// <summary>How long the guest may take, in seconds; empty for the usual time.</summary>
    public string TimeLimit { get; set; } = "";

    /// <summary>How long a transition may take, in seconds; empty for the usual time.</summary>
    public string TransitionLimit { get; set; } = "";

    /// <summary>The QEMU to boot with, a name or a path; empty for the machine's own.</summary>
    public string Qemu { get; set; } = "";

    /// <summary>The guest's memory in MiB; empty for the usual size.</summary>
    public string Memory { get; set; } = "";

    /// <summary>How many processors the guest has; empty for one.</summary>
    public string Processors { get; set; } = "";

    /// <summary>What to add to the kernel's command line.</summary>
    public string KernelArguments { get; set; } = "";

    /// <summary>The folder of the compiled programs.</summary>
    [Required]
    public string ProgramsDirectory { get; set; } = "";

    /// <summary>Receives the plan.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = ReadKernel(KernelCacheFile);
        if (!File.Exists(Root(Module)))
            diagnostics.AddError(
                DiagnosticCodes.TestModuleMissing,
                $"There is no '{Root(Module)}' to test. Build the project first, or leave out --no-build.");
        if (kernel.OpenTree(diagnostics) is not { } tree)
            return;

        TestItems items = new(diagnostics, Root);
        LivepatchTestPlan plan = new()
        {
            Kernel = KernelFolder.Replace('/', '-'),
            KernelTree = kernel.BuildDirectory,
            // The guest's programs are made by gcc, whatever made the kernel.
            CrossCompile = kernel.CrossCompile.Length == 0 ? null : kernel.CrossCompile,
            ExternalModules = kernel.ExternalModules,
            Livepatches = [Root(Module)],
            Checks = [.. Checks.Select(items.ReadCheck).OfType<BootCheck>()],
            Programs = items.ReadPrograms(Programs, ProgramsDirectory),
            Busybox = items.ReadBusybox(Busybox, Programs, tree.Architecture),
            TransitionLimit = TimeSpan.FromSeconds(items.ReadNumber("KlpBootTransitionLimit", TransitionLimit, 15)),
            Guest = new BootOptions
            {
                TimeLimit = TimeSpan.FromSeconds(items.ReadNumber("KlpBootTimeLimit", TimeLimit, 180)),
                Memory = items.ReadNumber("KlpBootMemory", Memory, 512),
                Processors = items.ReadNumber("KlpBootProcessors", Processors, 1),
                KernelArguments = KernelArguments,
                Qemu = Qemu.Contains('/', StringComparison.Ordinal) ? Root(Qemu) : Qemu,
                ConsoleLimit = 16 * 1024 * 1024,
            },
        };
        if (diagnostics.HasErrors)
            return;
        new TestPrograms(tree, plan, diagnostics).CompileAsync(cancellation.Token).GetAwaiter().GetResult();
        if (!diagnostics.HasErrors)
            new BootPlan(ProjectName, Path.GetFullPath(ProjectFile), [plan]).Write(Root(PlanFile));
    }
}
