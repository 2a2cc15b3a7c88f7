using System.CommandLine;
using System.CommandLine.Parsing;
using Klp.Kbuild.Building;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary>The arguments of <c>klp build</c>, and what is wrong use of them.</summary>
internal static class BuildOptions
{
    internal static readonly Argument<string[]> Sources = new Argument<string[]>("SOURCE")
    {
        Description = "The sources: C (.c), or assembler (.S). With --patch there may be none.",
        Arity = ArgumentArity.ZeroOrMore,
    }.MustNameFiles();
    internal static readonly Option<string[]> Kernels = new("--kernel", "-k")
    {
        Description = "A kernel tree: the directory in which the kernel was built, or a distribution's headers. May be given more "
            + "than once. Default: $KLP_KERNEL_TREE.",
        HelpName = "DIR",
        DefaultValueFactory = _ => [Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") ?? ""],
    };
    internal static readonly Option<string> Output = new Option<string>("--output", "-o")
    {
        Description = "The module to make, with its manifest FILE.klp.json beside it; or a folder, DIR/, in which each kernel has "
            + "DIR/<release>/<module>.ko. Required, but with --dry-run.",
        HelpName = "FILE|DIR/",
    }.MustNameFiles();
    internal static readonly Option<string?> ModuleName = new("--module-name")
    {
        Description = "The module's name. Default: that of the output file, or of the only source.",
        HelpName = "NAME",
    };
    internal static readonly Option<string[]> Functions = new("--function")
    {
        Description = "A function to replace, by which the tables are generated: of vmlinux or of the module OBJECT, and the "
            + "POSITION among those of its name, from 1. NEW is livepatch_OLD where it is left out. May be given more than once. "
            + "Without it the sources have the klp_patch.",
        HelpName = FunctionOption.Form,
        DefaultValueFactory = _ => [],
    };
    internal static readonly Option<string[]> Callbacks = new("--callback")
    {
        Description = "A function of the sources that the kernel calls as the livepatch comes or goes: KIND is pre_patch, post_patch, "
            + "pre_unpatch or post_unpatch, of vmlinux or of the module OBJECT; by these too the tables are generated. May be given "
            + "more than once.",
        HelpName = CallbackOption.Form,
        DefaultValueFactory = _ => [],
    };
    /// <summary>What stands for standard input where a file is named.</summary>
    internal const string StandardInput = "-";

    internal static readonly Option<string[]> Patches = new Option<string[]>("--patch")
    {
        Description = "A patch of the kernel's source. What it changes is extracted and replaced; the tables are generated. May "
            + "be given more than once: they apply in this order. \"-\" is what standard input has.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();
    internal static readonly Option<int> Strip = new("--strip", "-p")
    {
        Description = "How many leading directories are taken from the names in the patches, as by patch(1). Default: 1.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };
    internal static readonly Option<string?> KernelSource = new Option<string?>("--kernel-source")
    {
        Description = "The kernel's source; with --patch. Default: where the kernel tree's own records say.",
        HelpName = "DIR",
    }.MustNameFiles();
    internal static readonly Option<int> MaxUnits = new("--max-units")
    {
        Description = $"How many units of the kernel the patches may change. Default: {PatchRequest.DefaultMaxUnits}.",
        HelpName = "N",
        DefaultValueFactory = _ => PatchRequest.DefaultMaxUnits,
    };
    internal static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Print what became of the patches: why each function is in, where each reference goes. With --json as JSON, "
            + "of one kernel, and what was found on standard error.",
    };
    internal static readonly Option<string?> Report = new Option<string?>("--report")
    {
        Description = "Receives a report of what became of the patches, also where they are refused: the proof of each unit, the "
            + "source lines beside the instructions that changed, where each reference goes. A page (.html), or text (.txt).",
        HelpName = "FILE.html|FILE.txt",
    }.MustNameFiles();
    internal static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Find out what the patches become, and make nothing; with --explain print it.",
    };
    internal static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Have the livepatch replace all that are in force before it (klp_patch.replace); with --function or --patch.",
    };
    internal static readonly Option<string> License = new("--license")
    {
        Description = "MODULE_LICENSE; with --function or --patch.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "GPL",
    };
    internal static readonly Option<string[]> Authors = new("--author")
    {
        Description = "MODULE_AUTHOR; with --function or --patch. May be given more than once.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => [],
    };
    internal static readonly Option<string> Description = new("--description")
    {
        Description = "MODULE_DESCRIPTION; with --function or --patch. Default: names what is patched.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };
    internal static readonly Option<string> Version = new("--module-version")
    {
        Description = "MODULE_VERSION; with --function or --patch.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };
    internal static readonly Option<string[]> Options = new("--option")
    {
        Description = "Options for the compiler, as ccflags-y takes them. May be given more than once.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => [],
    };
    internal static readonly Option<string[]> Includes = new Option<string[]>("--include", "-I")
    {
        Description = "A folder of headers. May be given more than once.",
        HelpName = "DIR",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();
    internal static readonly Option<string> CrossCompile = SharedOptions.CrossCompile();
    internal static readonly Option<string> Launcher = SharedOptions.Launcher();
    internal static readonly Option<string[]> EnvironmentNames = new("--environment")
    {
        Description = "An environment variable that kbuild gets too. May be given more than once.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };
    internal static readonly Option<string[]> External = new Option<string[]>("--external-module", "--module", "-m")
    {
        Description = "A module built outside the kernel tree that is patched or used. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();
    internal static readonly Option<string?> Vmlinux = SharedOptions.Vmlinux();
    internal static readonly Option<string?> Symbols = new Option<string?>("--symbols", "-s")
    {
        Description = "The symbol database. Default: made from the kernel tree, once, in the cache folder that builds of projects "
            + "have too.",
        HelpName = "FILE",
    }.MustNameFiles();
    internal static readonly Option<bool?> Sign = new("--sign")
    {
        Description = "Sign, or with --sign false do not. Default: where there is a key, the user's or the kernel's own.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };
    internal static readonly Option<string> SigningKey = new Option<string>("--signing-key")
    {
        Description = "The private key (PEM). Its password is $KBUILD_SIGN_PIN. Default: the kernel's own, of kernels that sign "
            + "all their modules.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "",
    }.MustNameFiles();
    internal static readonly Option<string> SigningCertificate = new Option<string>("--signing-certificate")
    {
        Description = "The certificate, where it is not in the key's file.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "",
    }.MustNameFiles();
    internal static readonly Option<string> SigningHash = new("--signing-hash")
    {
        Description = "The hash of the signature. Default: the kernel's.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
    };
    internal static readonly Option<string?> Compress = new Option<string?>("--compress")
    {
        Description = "How to compress the module. Default: as the output file's name says; in a folder, as the kernel is configured.",
        HelpName = "none|gzip|xz|zstd",
    }.AcceptOnlyFromAmong([.. CompressionNames.All]);
    internal static readonly Option<string[]> Replaces = new Option<string[]>("--replaces")
    {
        Description = "An earlier livepatch that the module is to replace, to check that the kernel lets it. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    }.MustNameFiles();
    internal static readonly Option<string?> Log = new Option<string?>("--log")
    {
        Description = "Receives all output of kbuild.",
        HelpName = "FILE",
    }.MustNameFiles();
    internal static readonly Option<string?> Keep = new Option<string?>("--keep")
    {
        Description = "The folder to work in, which stays, so that the next build compiles what changed. Default: a temporary one.",
        HelpName = "DIR",
    }.MustNameFiles();
    internal static readonly Option<ReportFormat> Format = SharedOptions.Format();

    /// <summary>All of them but the sources, in the order in which the help lists them.</summary>
    internal static IReadOnlyList<Option> All { get; } =
    [
        Kernels, Output, Patches, Strip, KernelSource, MaxUnits, Explain, Report, DryRun, ModuleName, Functions, Callbacks, Replace,
        License, Authors, Description, Version, Options, Includes, CrossCompile, Launcher, EnvironmentNames, External, Vmlinux, Symbols,
        Sign, SigningKey, SigningCertificate, SigningHash, Compress, Replaces, Log, Keep, Format, SharedOptions.Json,
    ];

    /// <summary>Finds wrong use.</summary>
    internal static void Validate(CommandResult result)
    {
        foreach (string function in result.GetValue(Functions) ?? [])
        {
            DiagnosticBag problems = new();
            if (FunctionOption.Read(function, problems) is not null)
                continue;
            foreach (Diagnostic problem in problems)
                result.AddError(BuildWords.All.Fill(problem.Message));
            if (problems.Count == 0)
                result.AddError(
                    $"--function is \"{function}\" and has to be {FunctionOption.Form}, such as meminfo_proc_show=my_meminfo@vmlinux.");
        }

        List<string> ofCallbacks = [];
        CallbackOption.Read(result.GetValue(Callbacks) ?? [], ofCallbacks);
        ofCallbacks.ForEach(result.AddError);
        ValidatePatches(result);
        Option[] ofTables = [Replace, License, Authors, Description, Version];
        bool hasTables = new[] { Functions, Callbacks, Patches }.Any(option => result.GetValue(option) is { Length: > 0 });
        if (!hasTables && Given(result, ofTables) is { } vain)
            result.AddError(
                $"{vain.Name} is for the tables that --function, --callback and --patch generate; without one the sources say that "
                + "themselves.");
        if (result.GetValue(Output) is not { Length: > 0 } path)
            return;
        BuildOutput output = new(path);
        if (output.IsFolder)
        {
            if (result.GetValue(ModuleName) is null && result.GetValue(Sources) is { Length: not 1 } sources)
                result.AddError(
                    $"What is the module called? Give --module-name NAME, as there are {(sources.Length == 0 ? "no" : "several")} "
                    + "sources and --output is a folder.");
            return;
        }

        if (result.GetValue(Kernels) is { Length: > 1 })
            result.AddError($"With more than one --kernel the output is a folder: write --output {path}/.");
        else if (output.Compression is not { } compression)
            result.AddError($"{path} is no name of a module: end it with .ko, .ko.gz, .ko.xz or .ko.zst, or with / where it is a folder.");
        else if (result.GetValue(Compress) is { } asked && !asked.Equals(compression.ToString(), StringComparison.OrdinalIgnoreCase))
            result.AddError($"--compress {asked} and the name {path} do not agree: the kernel's tools go by the name.");
    }

    private static void ValidatePatches(CommandResult result)
    {
        bool hasPatches = result.GetValue(Patches) is { Length: > 0 };
        string[] sources = result.GetValue(Sources) ?? [];
        // What is no option has been told, and what comes behind it is its value.
        bool hasUnknown = Array.Exists(sources, source => source.StartsWith('-'));
        if (!hasUnknown && Array.Find(sources, source => Path.GetExtension(source) is ".patch" or ".diff") is { } patch)
            result.AddError($"{patch} is no source. A patch of the kernel is named by an option: --patch {patch}.");
        if (!hasPatches && sources.Length == 0)
            result.AddError("What is to be built? Name the sources of the livepatch, or a patch of the kernel with --patch FILE.");
        if (!hasPatches && Given(result, [Strip, KernelSource, MaxUnits, Explain, Report, DryRun]) is { } vain)
            result.AddError($"{vain.Name} is about patches: give --patch FILE too.");
        string[] ofInput = [.. (result.GetValue(Patches) ?? []).Where(file => file == StandardInput)];
        if (ofInput.Length > 1 || (ofInput.Length == 1 && result.GetValue(Kernels) is { Length: > 1 }))
            result.AddError("--patch - is what standard input has, once: name a file where it is for more than one --kernel or --patch.");
        // A patch's files are compiled as the kernel's were.
        if (hasPatches && sources.Length == 0 && Given(result, [Options, Includes]) is { } ofSources)
            result.AddError($"{ofSources.Name} is for sources: what a patch changes is compiled by the command that the kernel's build "
                + "recorded.");
        if (string.IsNullOrEmpty(result.GetValue(Output)) && !result.GetValue(DryRun))
            result.AddError("Where does the module go? Give --output FILE.ko.");
        if (result.GetValue(Strip) < 0)
            result.AddError("--strip has to be a number of directories, from 0 on.");
        // What is not given has no value yet.
        if (Given(result, [MaxUnits]) is not null && result.GetValue(MaxUnits) < 1)
            result.AddError("--max-units has to be a number of units, from 1 on.");
        if (result.GetValue(Explain) && result.GetValue(SharedOptions.Json) && result.GetValue(Kernels) is { Length: > 1 })
            result.AddError("--explain with --json prints one document, of one kernel: give one --kernel.");
        if (result.GetValue(Report) is not { } report)
            return;
        if (!BuildReport.IsName(report))
            result.AddError($"{report} is no name of a report: end it with .html for a page, or with .txt for text.");
        if (result.GetValue(Kernels) is { Length: > 1 })
            result.AddError("--report is of one kernel: give one --kernel.");
    }

    private static Option? Given(CommandResult result, Option[] options) =>
        Array.Find(options, option => result.GetResult(option) is { Implicit: false });
}
