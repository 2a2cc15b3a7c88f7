using System.Text;
using System.Text.RegularExpressions;
using Klp.Build.Tasks.Items;
using Klp.Elf.Model;
using Klp.Kbuild.Options;
using Klp.Kbuild.Output;
using Klp.Kbuild.Paths;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kbuild.Toolchain;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Trees;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Compiles the sources to a kernel module with kbuild, which alone knows a kernel's flags, in a folder of its own.</summary>
public sealed partial class CompileLivepatch : StageTask, ICancelableTask, IDisposable
{
    private const string HeadersMakefileName = "headers.mk";
    private const int TailLines = 12;

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
        string stageDirectory = Root(StageDirectory).TrimEnd('/');
        if (!IsUsable(stageDirectory, diagnostics))
            return;

        KernelCache kernel = ReadKernel(KernelCacheFile);
        if (kernel.OpenTree(diagnostics) is not { } tree || !IsFree(tree, diagnostics))
            return;
        string? headersMakefile = HeadersMakefile.Relocate(tree, diagnostics);
        CompileOptions options = new(ProjectDirectory, SplitList(IncludeDirectories), Options);
        ItemPlaces places = new();
        foreach ((string property, string problem) in options.Problems)
            diagnostics.AddError(DiagnosticCodes.IncludePathMissing, problem, places.FindProperty(ProjectFile, property));
        if (diagnostics.HasErrors)
            return;
        string? tables = Tables.Length > 0 ? Root(Tables) : null;
        StageLayout layout = LayOut(Sources, tables, options);
        Stage stage = new(stageDirectory);
        stage.Prepare(Makefile(stageDirectory, layout, kernel), Root(SdkIncludeDirectory));

        KbuildFiles files = new(stageDirectory, Root(SdkIncludeDirectory), kernel.BuildDirectory, layout);
        CompileInputs inputs = new(stageDirectory, layout, files, kernel.Tools, KbuildEnvironment.State(SplitList(EnvironmentVariables)));
        inputs.RemoveOutdatedObjects();

        string? makefile = headersMakefile is null ? null : Path.Combine(stageDirectory, HeadersMakefileName);
        if (makefile is not null)
            File.WriteAllText(makefile, headersMakefile);
        Log.LogMessage(MessageImportance.Normal, "Compiling {0} for {1} ({2}).", layout.Sources.Count == 1 ? "1 source" : $"{layout.Sources.Count} sources", kernel.Release, kernel.Architecture);
        stage.MarkRunning();
        KbuildRun run = KbuildRun.Start(
            kernel, stageDirectory, makefile, CompilerLauncher.Trim(), SplitList(EnvironmentVariables), cancellation.Token);
        inputs.Record();
        stage.ClearRunning();

        WriteLog(run);
        IReadOnlyList<Diagnostic> messages = KbuildOutputParser.Parse(run.Errors, files, ModuleIn(stageDirectory, kernel), run.ExitCode == 0);
        if (layout.Tables is not null && !messages.Any(message => message.Code == DiagnosticCodes.CompilerError))
            CheckSources(stageDirectory, layout, tree, diagnostics);
        inputs.RemoveObjectsWarnedOf(messages);
        // What is wrong with the tables is what the linker complains about then.
        bool isExplained = diagnostics.HasErrors;
        foreach (Diagnostic message in messages.Where(message => !isExplained || message.Severity != DiagnosticSeverity.Error))
            diagnostics.Add(message);
        if (diagnostics.HasErrors)
            return;
        if (run.ExitCode == 0)
            Finish(stageDirectory, inputs);
        else
            diagnostics.AddError(DiagnosticCodes.KbuildFailed, $"kbuild failed with exit code {run.ExitCode}. Its last lines were:\n  {string.Join("\n  ", run.Output.TakeLast(TailLines))}\nAll of them are in {Root(LogFile)}.");
    }

    private bool IsUsable(string stageDirectory, DiagnosticBag diagnostics)
    {
        if (Sources.Length == 0)
            diagnostics.AddError(DiagnosticCodes.NoSources, "The project has no source. Put the .c files of the livepatch next to the project file, or name them as KlpSource items.");
        ItemPlaces places = new();
        // A project can name what a wildcard has already found: for MSBuild x.C is one of *.c.
        foreach (ITaskItem source in Sources.GroupBy(source => Root(source.ItemSpec)).Select(group => group.Last()))
        {
            if (SourceKind.Problem(source.ItemSpec) is not { } problem)
                continue;
            SourcePlace? place = IsDefault(source) ? new SourcePlace(Root(source.ItemSpec)) : places.Find(source, "KlpSource");
            diagnostics.AddError(DiagnosticCodes.SourceKindUnknown, problem, place);
        }

        foreach (string name in SplitList(EnvironmentVariables).Where(name => !VariablePattern().IsMatch(name)))
        {
            diagnostics.AddError(
                DiagnosticCodes.EnvironmentVariableName,
                $"\"{name}\" in KlpEnvironment cannot be the name of an environment variable. List names only, divided by \";\": "
                    + "the values are those of the environment in which the build runs.",
                places.FindProperty(ProjectFile, "KlpEnvironment"));
        }

        foreach (string source in Sources.Select(source => Root(source.ItemSpec)).Where(source => !File.Exists(source)))
            diagnostics.AddError(DiagnosticCodes.InputOutput, "The source does not exist. Correct the KlpSource item of the project.", new SourcePlace(source));

        string fix = $"Set the property KlpModuleName, for example to \"{ValidName(ModuleName)}\".";
        if (!NamePattern().IsMatch(ModuleName))
            diagnostics.AddError(DiagnosticCodes.ModuleNameInvalid, $"\"{ModuleName}\" cannot be the name of a kernel module, which consists of letters, digits, \"_\" and \"-\". {fix}");
        else if (ModuleName.Length > Klp.Kernel.Facts.ModuleName.MaxLength)
            diagnostics.AddError(DiagnosticCodes.ModuleNameInvalid, $"\"{ModuleName}\" is too long for the name of a kernel module: it has {ModuleName.Length} characters and can have {Klp.Kernel.Facts.ModuleName.MaxLength}. {fix}");
        if (!LauncherPattern().IsMatch(CompilerLauncher))
            diagnostics.AddError(DiagnosticCodes.CompilerLauncherMissing, $"\"{CompilerLauncher}\" cannot launch the compiler: make takes letters, digits, spaces and \"_./+=,:@%-\" in it. Correct KlpCompilerLauncher.");
        else if (CompilerLauncher.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } launcher && ExecutableSearch.Find(launcher) is null)
            diagnostics.AddError(DiagnosticCodes.CompilerLauncherMissing, $"The compiler launcher {launcher}, which KlpCompilerLauncher names, was not found. Install it{(launcher.Contains('/', StringComparison.Ordinal) ? "" : $": {PackageAdvice.Command(launcher, "apt")}")}. Or leave the property out.");
        if (!StagePaths.IsPlain(stageDirectory))
            diagnostics.AddError(DiagnosticCodes.InputOutput, $"kbuild cannot work in {stageDirectory}: it takes letters, digits and \"_./+-\" in paths. Set KlpCacheDirectory to a folder without other characters.");
        return !diagnostics.HasErrors;
    }

    private static bool IsDefault(ITaskItem item) =>
        Path.GetFileName(item.GetMetadata("DefiningProjectFullPath")) == "Klp.Items.props";

    // To the kernel "-" and "_" are the same in names of modules.
    private bool IsFree(KernelTree tree, DiagnosticBag diagnostics)
    {
        string name = Klp.Kernel.Facts.ModuleName.FromPath(ModuleName);
        if (tree.FindModule(name) is { } taken)
            diagnostics.AddError(DiagnosticCodes.ModuleNameTaken, $"The livepatch is named '{ModuleName}', and so is the module {taken}. The kernel would not load one while the other is loaded. Set the property KlpModuleName, for example to \"livepatch_{name[..Math.Min(name.Length, Klp.Kernel.Facts.ModuleName.MaxLength - "livepatch_".Length)]}\".");
        return !diagnostics.HasErrors;
    }

    private KbuildMakefile Makefile(string stageDirectory, StageLayout layout, KernelCache kernel) => new()
    {
        StageDirectory = stageDirectory,
        BuildDirectory = kernel.BuildDirectory,
        ModuleName = ModuleName,
        Layout = layout,
        AddLineInformation = !kernel.HasDebugInfo,
        ExportLists = ExportLists(kernel),
    };

    // kbuild leaves one beside the modules it built. Without it modpost knows neither their exports nor a dependency on them.
    private static string[] ExportLists(KernelCache kernel) =>
        [.. kernel.ExternalModules
            .Select(module => Path.Combine(Path.GetDirectoryName(module)!, "Module.symvers"))
            .Distinct(StringComparer.Ordinal)
            .Where(File.Exists)];

    private KbuildModule ModuleIn(string stageDirectory, KernelCache kernel) =>
        KbuildModule.InStage(Path.Combine(stageDirectory, ModuleName + ".o"), [Path.Combine(kernel.BuildDirectory, "Module.symvers"), .. ExportLists(kernel)]);

    private void CheckSources(string stageDirectory, StageLayout layout, KernelTree tree, DiagnosticBag diagnostics)
    {
        List<CompiledSource> compiled = [];
        foreach (StagedSource source in layout.UsersSources)
        {
            string path = Path.Combine(stageDirectory, source.ObjectName + ".o");
            if (!File.Exists(path))
                return;
            compiled.Add(new CompiledSource(source.Path, ElfObject.Open(path)));
        }

        TableItems items = new(diagnostics);
        PatchDescription patch = new() { Functions = items.ReadFunctions(Functions), Objects = items.ReadObjects(Objects), Module = new ModuleDescription() };
        DiagnosticBag findings = new();
        new CompiledSourceRules(patch, compiled, findings).Check();
        foreach (Diagnostic finding in MissingFunctions.Explain(findings, patch.Functions, tree))
            diagnostics.Add(layout.InUsersFile(finding));
    }

    private void Finish(string stageDirectory, CompileInputs inputs)
    {
        Found = inputs.Find();

        // make leaves a module alone that nothing changed in; what the next stages say of it may be new all the same.
        Module = Path.Combine(stageDirectory, ModuleName + ".ko");
        File.SetLastWriteTimeUtc(Module, DateTime.UtcNow);
    }

    private void WriteLog(KbuildRun run)
    {
        AtomicFile.WriteAllBytes(Root(LogFile), Encoding.UTF8.GetBytes(string.Concat(run.Output.Select(line => line + "\n"))));
        foreach (string line in run.Output)
            Log.LogMessage(MessageImportance.Low, "{0}", line);
    }

    private static string ValidName(string name)
    {
        string valid = NotNamePattern().Replace(name, "_").Trim('_');
        return valid.Length == 0 ? "livepatch" : valid[..Math.Min(valid.Length, Klp.Kernel.Facts.ModuleName.MaxLength)];
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[A-Za-z0-9 _./+=,:@%-]*$")]
    private static partial Regex LauncherPattern();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariablePattern();

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex NotNamePattern();
}
