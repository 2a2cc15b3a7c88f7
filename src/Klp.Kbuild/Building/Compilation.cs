using Klp.Elf.Model;
using Klp.Kbuild.Options;
using Klp.Kbuild.Output;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kbuild.Toolchain;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Building;

/// <summary>Compiles sources to a kernel module with kbuild, which alone knows a kernel's flags, in a folder of its own.</summary>
/// <param name="request">What is to be compiled.</param>
public sealed class Compilation(CompilationRequest request)
{
    private const string HeadersMakefileName = "headers.mk";
    private const int TailLines = 12;

    private readonly KernelCache kernel = request.Kernel;
    private readonly string stageDirectory = request.StageDirectory.TrimEnd('/');

    /// <summary>Compiles and links.</summary>
    /// <param name="diagnostics">Receives what is wrong with the request, and what compiler, linker and kbuild say.</param>
    /// <param name="cancellation">Ends kbuild.</param>
    /// <returns>The module; null after an error.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; kbuild has ended.</exception>
    public CompiledModule? Run(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (!new CompilationRules(request, diagnostics).Check() || kernel.OpenTree(diagnostics) is not { } tree)
            return null;
        ModuleNameRules.CheckFree(request.ModuleName, tree, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        string? headersMakefile = HeadersMakefile.Relocate(tree, diagnostics);
        if (LayOut(diagnostics) is not { } layout)
            return null;

        Stage stage = new(stageDirectory);
        stage.Prepare(Makefile(layout), request.SdkIncludeDirectory);
        KbuildFiles files = new(stageDirectory, request.SdkIncludeDirectory, kernel.BuildDirectory, layout);
        CompileInputs inputs = new(stageDirectory, layout, files, kernel.Tools, KbuildEnvironment.State(request.EnvironmentVariables));
        inputs.RemoveOutdatedObjects();
        KbuildRun run = RunKbuild(stage, headersMakefile, layout, inputs, cancellation);

        IReadOnlyList<Diagnostic> messages = KbuildOutputParser.Parse(run.Errors, files, ModuleInStage(), run.ExitCode == 0);
        if (layout.Tables is not null && !messages.Any(message => message.Code == DiagnosticCodes.CompilerError))
            CheckSources(layout, tree, diagnostics);
        inputs.RemoveObjectsWarnedOf(messages);
        // What is wrong with the tables is what the linker complains about then.
        bool isExplained = diagnostics.HasErrors;
        foreach (Diagnostic message in messages.Where(message => !isExplained || message.Severity != DiagnosticSeverity.Error))
            diagnostics.Add(message);
        if (!diagnostics.HasErrors && run.ExitCode != 0)
            diagnostics.AddError(DiagnosticCodes.KbuildFailed, Failure(run));
        return diagnostics.HasErrors ? null : Finish(inputs);
    }

    private StageLayout? LayOut(DiagnosticBag diagnostics)
    {
        CompileOptions options = new(request.ProjectDirectory, request.IncludeDirectories, request.Options);
        foreach ((HostWord setting, string problem) in options.Problems)
            diagnostics.AddError(DiagnosticCodes.IncludePathMissing, problem, request.PlaceOfSetting(setting));
        return diagnostics.HasErrors
            ? null
            : new StageLayout(request.ProjectDirectory, request.Sources.Select(source => source.Path), request.Tables, options);
    }

    private KbuildMakefile Makefile(StageLayout layout) => new()
    {
        StageDirectory = stageDirectory,
        BuildDirectory = kernel.BuildDirectory,
        ModuleName = request.ModuleName,
        Layout = layout,
        Objects = request.Objects,
        AddLineInformation = !kernel.HasDebugInfo,
        ExportLists = ExportLists(),
    };

    private KbuildRun RunKbuild(
        Stage stage, string? headersMakefile, StageLayout layout, CompileInputs inputs, CancellationToken cancellation)
    {
        string? makefile = headersMakefile is null ? null : Path.Combine(stageDirectory, HeadersMakefileName);
        if (makefile is not null)
            File.WriteAllText(makefile, headersMakefile);
        string sources = layout.Sources.Count == 1 ? "1 source" : $"{layout.Sources.Count} sources";
        string objects = request.Objects.Count switch
        {
            0 => "",
            1 => " and linking 1 object",
            int count => $" and linking {count} objects",
        };
        request.OnProgress($"Compiling {sources}{objects} for {kernel.Release} ({kernel.Architecture}).");
        stage.MarkRunning();
        KbuildRun run = KbuildRun.Start(
            kernel, stageDirectory, makefile, request.Launcher.Trim(), request.EnvironmentVariables, cancellation);
        inputs.Record();
        stage.ClearRunning();
        request.OnOutput(run.Output);
        return run;
    }

    // kbuild leaves one beside the modules it built. Without it modpost knows neither their exports nor a dependency on them.
    private string[] ExportLists() =>
        [.. kernel.ExternalModules
            .Select(module => Path.Combine(Path.GetDirectoryName(module)!, "Module.symvers"))
            .Distinct(StringComparer.Ordinal)
            .Where(File.Exists)];

    private KbuildModule ModuleInStage() => KbuildModule.InStage(
        Path.Combine(stageDirectory, request.ModuleName + ".o"),
        [Path.Combine(kernel.BuildDirectory, "Module.symvers"), .. ExportLists()]);

    private void CheckSources(StageLayout layout, KernelTree tree, DiagnosticBag diagnostics)
    {
        List<CompiledSource> compiled = [];
        foreach (StagedSource source in layout.UsersSources)
        {
            string path = Path.Combine(stageDirectory, source.ObjectName + ".o");
            if (!File.Exists(path))
                return;
            compiled.Add(new CompiledSource(source.Path, ElfObject.Open(path)));
        }

        if (request.ReadPatch?.Invoke(diagnostics) is not { } patch)
            return;
        DiagnosticBag findings = new();
        ElfObject[] objects = [.. request.Objects.Select(linked => ElfObject.Read(linked.Contents, linked.ObjectName + ".o"))];
        new CompiledSourceRules(patch, compiled, objects, findings).Check();
        foreach (Diagnostic finding in MissingFunctions.Explain(findings, patch.Functions, tree))
            diagnostics.Add(layout.InUsersFile(finding));
    }

    private string Failure(KbuildRun run) =>
        $"kbuild failed with exit code {run.ExitCode}. Its last lines were:\n  {string.Join("\n  ", run.Output.TakeLast(TailLines))}"
            + (request.LogFile is { } log ? $"\nAll of them are in {log}." : "");

    private CompiledModule Finish(CompileInputs inputs)
    {
        string module = Path.Combine(stageDirectory, request.ModuleName + ".ko");
        // make leaves a module alone that nothing changed in; what is made of it has to be made from what was looked at.
        File.SetLastWriteTimeUtc(module, DateTime.UtcNow);
        return new CompiledModule(module, inputs.Find());
    }
}
