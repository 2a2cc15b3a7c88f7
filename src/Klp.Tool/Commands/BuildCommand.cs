using System.CommandLine;
using Klp.Elf.Constants;
using Klp.Kbuild.Building;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;
using Klp.Patching.Patches;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary><c>klp build</c>: makes a livepatch module of its sources, without a project.</summary>
internal static class BuildCommand
{
    internal static Command Create()
    {
        Command command = new("build", """
            Makes a livepatch module of a patch of the kernel, or of sources: compiles with the
            kernel's own build, converts the module, signs and compresses it, and validates it.
            Nothing is written beside the sources or into the kernel tree. The module is written
            when all is well, and then all at once.

            --patch takes a patch of the kernel's source, and what it changes becomes the livepatch:
            the units that it touches are compiled as the kernel's build did, with the patch and
            without, and the functions that differ are replaced. --dry-run --explain shows what
            would be replaced and why; klp units shows before what a patch costs.

            Or the sources have the new functions, and --function names what they replace; or they
            have the klp_patch with its tables, module_init() and module_exit() too. With a patch, they
            may define more functions to replace, and callbacks, which --callback names.

            Examples:
              klp build --kernel ~/linux/build --patch fix.patch -o fix.ko
              klp build --kernel ~/linux/build --patch fix.patch --dry-run --explain
              klp build --kernel ~/linux/build --patch fix.patch --callback pre_patch=set_limit -o fix.ko limit.c
              klp build --kernel ~/linux/build -o livepatch.ko livepatch.c
              klp build --kernel ~/linux/build --patch fix.patch -o fix.ko --report fix.html
              klp build -k ~/linux/build --function meminfo_proc_show=my_meminfo -o meminfo.ko meminfo.c
              klp build -k ~/linux/build --function zram_reset_device@zram,1 -o zram-fix.ko.xz zram.c
              klp build -k 6.1/build -k 6.12/build --module-name fix --option -DFIX=2 -o out/ a.c b.c

            In a Makefile:
              fix.ko: fix.c fix.h
              	klp build --kernel $(KDIR) --function do_thing -o $@ fix.c
            """)
        { BuildOptions.Sources };
        foreach (Option option in BuildOptions.All)
            command.Options.Add(option);
        command.Validators.Add(BuildOptions.Validate);
        command.SetAction((arguments, cancellation) => Task.Run(() => Run(arguments, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult arguments, CancellationToken cancellation)
    {
        using WorkFolder work = WorkFolder.Take(arguments.GetValue(BuildOptions.Keep), cancellation);
        DiagnosticBag diagnostics = new();
        List<string> log = [];
        try
        {
            List<BuiltLivepatch> built = [];
            string[] kernels = arguments.GetRequiredValue(BuildOptions.Kernels);
            foreach ((int index, string kernel) in kernels.Index())
            {
                // The releases of two trees can be alike.
                string folder = kernels.Length == 1 ? work.Path : Path.Combine(work.Path, $"{index}");
                if (Build(arguments, kernel, folder, log, diagnostics, cancellation) is { } livepatch)
                    built.Add(livepatch);
            }

            foreach (IGrouping<string, BuiltLivepatch> same in built.GroupBy(livepatch => livepatch.Path).Where(group => group.Count() > 1))
                diagnostics.AddError(
                    DiagnosticCodes.KernelsShareOutput,
                    $"Two kernels are of the release {same.First().Release}, and would have the same module, {same.Key}. Build for "
                    + "one of them into another folder.");
            if (!diagnostics.HasErrors)
            {
                built.ForEach(Write);
                SayMade(arguments, built);
            }
        }
        finally
        {
            if (arguments.GetValue(BuildOptions.Log) is { } file)
                AtomicFile.WriteAllBytes(file, System.Text.Encoding.UTF8.GetBytes(string.Concat(log.Select(line => line + "\n"))));
        }

        return DiagnosticPrinter.Print(diagnostics, FormatOf(arguments));
    }

    // Of sources the command line names the functions; what a patch becomes is not known before.
    private static void SayMade(ParseResult arguments, List<BuiltLivepatch> built)
    {
        if (!IsTextOnly(arguments))
            return;
        foreach (BuiltLivepatch livepatch in built)
        {
            if (livepatch.Explanation is { } explanation)
                Console.Out.WriteLine(PatchSummary.Of(livepatch.Path, explanation));
        }
    }

    // Else standard output has a document.
    private static bool IsTextOnly(ParseResult arguments) =>
        !arguments.GetValue(SharedOptions.Json) && arguments.GetValue(BuildOptions.Format) == ReportFormat.Text;

    // Standard output has one document.
    private static ReportFormat FormatOf(ParseResult arguments)
    {
        if (arguments.GetValue(SharedOptions.Json))
            return arguments.GetValue(BuildOptions.Explain) ? ReportFormat.Text : ReportFormat.Json;
        return arguments.GetValue(BuildOptions.Format);
    }

    private static BuiltLivepatch? Build(
        ParseResult arguments, string kernel, string folder, List<string> log, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        DiagnosticBag found = new();
        BuiltLivepatch? built = null;
        try
        {
            LivepatchBuild build = new(Request(arguments, kernel, folder, log));
            if (arguments.GetValue(BuildOptions.DryRun))
                build.Plan(found, cancellation);
            else
                built = build.Run(found, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ElfFormatException
            or InvalidDataException or NotSupportedException)
        {
            found.AddError(DiagnosticCodes.InputOutput, problem.Message);
        }

        foreach (Diagnostic diagnostic in found)
            diagnostics.Add(BuildWords.All.Fill(diagnostic with { Message = InKernel(arguments, kernel, diagnostic.Message) }));
        return built;
    }

    // Where there are several, each sentence says of which it is.
    private static string InKernel(ParseResult arguments, string kernel, string sentence) =>
        arguments.GetRequiredValue(BuildOptions.Kernels).Length > 1 ? $"{sentence} [kernel \"{kernel}\"]" : sentence;

    private static LivepatchBuildRequest Request(ParseResult arguments, string kernel, string folder, List<string> log)
    {
        string[] sources = arguments.GetRequiredValue(BuildOptions.Sources);
        // Nothing is called so where nothing is made.
        BuildOutput output = new(arguments.GetValue(BuildOptions.Output) ?? "patch.ko");
        string name = arguments.GetValue(BuildOptions.ModuleName)
            ?? (output.IsFolder ? Path.GetFileNameWithoutExtension(sources[0]) : output.ModuleName);
        ModuleCompression? compression = output.IsFolder
            ? arguments.GetValue(BuildOptions.Compress) is { } asked ? Enum.Parse<ModuleCompression>(asked, ignoreCase: true) : null
            : output.Compression;
        return new LivepatchBuildRequest
        {
            Kernel = new KernelRequest
            {
                KernelTree = kernel.Length == 0 ? "" : Path.GetFullPath(kernel),
                CacheDirectory = CacheFolder.Path,
                Vmlinux = FullPath(arguments.GetValue(BuildOptions.Vmlinux)),
                CrossCompile = arguments.GetRequiredValue(BuildOptions.CrossCompile),
                SymbolDatabase = FullPath(arguments.GetValue(BuildOptions.Symbols)),
                ExternalModules = [.. arguments.GetRequiredValue(BuildOptions.External).Select(Path.GetFullPath)],
                EnvironmentVariables = arguments.GetRequiredValue(BuildOptions.EnvironmentNames),
            },
            ProjectDirectory = Environment.CurrentDirectory,
            Sources = [.. sources.Select(source => new LivepatchSource(Path.GetFullPath(source), source, new SourcePlace(source)))],
            ModuleName = name,
            SdkIncludeDirectory = SdkHeaders.WriteTo(Path.Combine(folder, "headers")),
            WorkDirectory = folder,
            OutputPath = (release, how) => output.IsFolder ? output.InFolder(release, name, how) : output.Path,
            Patch = Patch(arguments),
            Patches = [.. arguments
                .GetRequiredValue(BuildOptions.Patches)
                .Select(
                    patch => new PatchInput(PathOf(patch), arguments.GetValue(BuildOptions.Strip), new SourcePlace(patch))
                    {
                        Name = PatchNames.Of(patch),
                    })],
            KernelSource = FullPath(arguments.GetValue(BuildOptions.KernelSource)),
            MaxUnits = arguments.GetValue(BuildOptions.MaxUnits),
            OnExplained = explanation =>
            {
                if (arguments.GetValue(BuildOptions.Report) is { } report)
                    BuildReport.Write(explanation, report);
                // Of a refused patch there is nothing to explain but the errors, which a program reads in its document.
                bool isJson = arguments.GetValue(SharedOptions.Json);
                if (explanation.IsRefused && !isJson)
                    return;
                if (!arguments.GetValue(BuildOptions.Explain))
                {
                    if (arguments.GetValue(BuildOptions.DryRun) && IsTextOnly(arguments))
                        Console.Out.WriteLine(PatchSummary.OfDryRun(explanation));
                    return;
                }

                if (arguments.GetRequiredValue(BuildOptions.Kernels).Length > 1)
                    Console.Out.WriteLine($"kernel {kernel}");
                Console.Out.Write(isJson ? explanation.ToJson() + "\n" : explanation.ToText());
            },
            DisassemblesPatches = arguments.GetValue(BuildOptions.Report) is not null,
            OnProgress = sentence =>
            {
                if (!Console.IsErrorRedirected)
                    Console.Error.WriteLine(InKernel(arguments, kernel, sentence));
            },
            Launcher = arguments.GetRequiredValue(BuildOptions.Launcher),
            IncludeDirectories = arguments.GetRequiredValue(BuildOptions.Includes),
            Options = string.Join(' ', arguments.GetRequiredValue(BuildOptions.Options)),
            Sign = arguments.GetResult(BuildOptions.Sign) is null ? null : arguments.GetValue(BuildOptions.Sign) ?? true,
            SigningKey = FullPath(arguments.GetRequiredValue(BuildOptions.SigningKey)) ?? "",
            SigningCertificate = FullPath(arguments.GetRequiredValue(BuildOptions.SigningCertificate)) ?? "",
            SigningHash = arguments.GetRequiredValue(BuildOptions.SigningHash),
            Compression = compression,
            Replaces = [.. arguments.GetRequiredValue(BuildOptions.Replaces).Select(Path.GetFullPath)],
            LogFile = arguments.GetValue(BuildOptions.Log),
            OnOutput = log.AddRange,
        };
    }

    // Without a function or callback that is named and a patch the sources have the tables.
    private static PatchDescription? Patch(ParseResult arguments)
    {
        string[] functions = arguments.GetRequiredValue(BuildOptions.Functions);
        string[] callbacks = arguments.GetRequiredValue(BuildOptions.Callbacks);
        bool hasTables = functions.Length + callbacks.Length + arguments.GetRequiredValue(BuildOptions.Patches).Length > 0;
        return !hasTables ? null : new PatchDescription
        {
            Objects = CallbackOption.Read(callbacks, []),
            Functions = [.. functions.Select(function => FunctionOption.Read(function, new DiagnosticBag())).OfType<DescribedFunction>()],
            Replace = arguments.GetValue(BuildOptions.Replace),
            Module = new ModuleDescription
            {
                License = arguments.GetRequiredValue(BuildOptions.License),
                Authors = arguments.GetRequiredValue(BuildOptions.Authors),
                Description = arguments.GetRequiredValue(BuildOptions.Description),
                Version = arguments.GetRequiredValue(BuildOptions.Version),
            },
        };
    }

    // The manifest first: a Makefile goes by the time of the module.
    private static void Write(BuiltLivepatch livepatch)
    {
        AtomicFile.WriteAllBytes(BuildOutput.ManifestOf(livepatch.Path), System.Text.Encoding.UTF8.GetBytes(livepatch.Manifest));
        AtomicFile.WriteAllBytes(livepatch.Path, livepatch.Module);
    }

    private static string PathOf(string patch) => patch == BuildOptions.StandardInput ? "/dev/stdin" : Path.GetFullPath(patch);

    private static string? FullPath(string? path) => string.IsNullOrEmpty(path) ? null : Path.GetFullPath(path);
}
