using System.Text;
using Klp.Build.Tasks.Items;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Compiles the sources to a kernel module with kbuild, which alone knows a kernel's flags, in a folder of its own.</summary>
public sealed class CompileLivepatch : StageTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <summary>The sources: <c>.c</c>, and <c>.S</c> in assembler.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The generated source of the livepatch's tables; empty where they are written by hand.</summary>
    public string Tables { get; set; } = "";

    /// <summary>The functions that the generated tables name.</summary>
    public ITaskItem[] Functions { get; set; } = [];

    /// <summary>The objects with callbacks that the generated tables name.</summary>
    public ITaskItem[] Objects { get; set; } = [];

    /// <summary>What <see cref="ExtractPatch"/> made; empty without patches.</summary>
    public string PatchFile { get; set; } = "";

    /// <summary>The module's name.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The folder in which kbuild works.</summary>
    [Required]
    public string StageDirectory { get; set; } = "";

    /// <summary>The SDK's C headers.</summary>
    [Required]
    public string SdkIncludeDirectory { get; set; } = "";

    /// <summary>A program that calls the compiler, such as ccache, perhaps with options of its own; empty for none.</summary>
    public string CompilerLauncher { get; set; } = "";

    /// <summary>Folders of headers, divided by <c>;</c>.</summary>
    public string IncludeDirectories { get; set; } = "";

    /// <summary>Options for the compiler, as kbuild's ccflags-y takes them.</summary>
    public string Options { get; set; } = "";

    /// <summary>
    /// The names of the environment variables that kbuild gets, besides those by which no other module is made, divided by <c>;</c>.
    /// With another value of one of them everything is compiled anew.
    /// </summary>
    public string EnvironmentVariables { get; set; } = "";

    /// <summary>Receives all output of kbuild.</summary>
    [Required]
    public string LogFile { get; set; } = "";

    /// <summary>The module that is made: <c>ModuleName.ko</c> in the stage.</summary>
    [Output]
    public string Module { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        ItemPlaces places = new();
        Compilation compilation = new(new CompilationRequest
        {
            ProjectDirectory = ProjectDirectory,
            Sources = [.. Sources.Select(source => new LivepatchSource(Root(source.ItemSpec), source.ItemSpec, PlaceOf(source, places)))],
            Objects = ReadPatch(PatchFile).Objects,
            ModuleName = ModuleName,
            Kernel = ReadKernel(KernelCacheFile),
            StageDirectory = Root(StageDirectory).TrimEnd('/'),
            SdkIncludeDirectory = Root(SdkIncludeDirectory),
            Tables = Tables.Length > 0 ? Root(Tables) : null,
            ReadPatch = Describe,
            Launcher = CompilerLauncher,
            IncludeDirectories = SplitList(IncludeDirectories),
            Options = Options,
            EnvironmentVariables = SplitList(EnvironmentVariables),
            LogFile = Root(LogFile),
            PlaceOfSetting = setting => places.FindProperty(ProjectFile, ProjectWords.All.Fill(setting.ToString())),
            OnProgress = Say,
            OnOutput = WriteLog,
        });
        if (compilation.Run(diagnostics, cancellation.Token) is not { } compiled)
            return;
        Found = compiled.Inputs;
        Module = compiled.Path;
    }

    private SourcePlace? PlaceOf(ITaskItem source, ItemPlaces places) =>
        Path.GetFileName(source.GetMetadata("DefiningProjectFullPath")) == "Klp.Items.props"
            ? new SourcePlace(Root(source.ItemSpec))
            : places.Find(source, "KlpSource");

    private PatchDescription Describe(DiagnosticBag diagnostics)
    {
        TableItems items = new(diagnostics);
        return new PatchDescription
        {
            Functions = [.. items.ReadFunctions(Functions), .. ReadPatch(PatchFile).Functions],
            Objects = items.ReadObjects(Objects),
        };
    }

    private void WriteLog(IReadOnlyList<string> output)
    {
        AtomicFile.WriteAllBytes(Root(LogFile), Encoding.UTF8.GetBytes(string.Concat(output.Select(line => line + "\n"))));
        foreach (string line in output)
            Log.LogMessage(MessageImportance.Low, "{0}", line);
    }
}
