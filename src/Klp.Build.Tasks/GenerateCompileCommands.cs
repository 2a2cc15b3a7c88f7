using System.Text;
using Klp.Kbuild.Ide;
using Klp.Kbuild.Options;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Writes compile_commands.json, by which clangd understands the sources as the kernel's compiler does.</summary>
public sealed class GenerateCompileCommands : StageTask
{
    /// <summary>The sources of the module.</summary>
    [Required]
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>The C programs and scripts that test it.</summary>
    public ITaskItem[] Programs { get; set; } = [];

    /// <summary>How the patched copies are compiled, as <see cref="ExtractPatch"/> left it; empty for no patch.</summary>
    public string PatchedCommandsFile { get; set; } = "";

    /// <summary>What <see cref="ResolveKernel"/> found out.</summary>
    [Required]
    public string KernelCacheFile { get; set; } = "";

    /// <summary>The folder in which kbuild works.</summary>
    [Required]
    public string StageDirectory { get; set; } = "";

    /// <summary>The SDK's C headers.</summary>
    [Required]
    public string SdkIncludeDirectory { get; set; } = "";

    /// <summary>Folders of headers, divided by <c>;</c>.</summary>
    public string IncludeDirectories { get; set; } = "";

    /// <summary>Options for the compiler, as kbuild's ccflags-y takes them.</summary>
    public string Options { get; set; } = "";

    /// <summary>The file to write. It is left alone where it would not change: clangd reads everything anew when it does.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        KernelCache kernel = KernelCache.Read(Root(KernelCacheFile));
        string stageDirectory = Root(StageDirectory).TrimEnd('/');
        CompileOptions options = new(ProjectDirectory, SplitList(IncludeDirectories), Options);
        StageLayout layout = LayOut(Sources, options: options);
        KbuildFiles files = new(stageDirectory, Root(SdkIncludeDirectory), kernel.BuildDirectory, layout);
        KernelArchitecture architecture = KernelArchitecture.All.Single(candidate => candidate.KbuildName == kernel.Architecture);
        CompilationDatabase database = new(ProjectDirectory, architecture.DefaultCrossCompile.TrimEnd('-'));
        PatchedCommands patched = PatchedCommands.Read(PatchedCommandsFile.Length == 0 ? "" : Root(PatchedCommandsFile));
        bool isCompiled = layout.Sources.Count > 0 && database.AddSources(stageDirectory, kernel.BuildDirectory, layout, files);
        if (!isCompiled && layout.Sources.Count > 0 && patched.Copies.Count == 0)
            return;
        database.AddCopies(patched);
        foreach (ITaskItem program in Programs.Where(program => program.ItemSpec.EndsWith(".c", StringComparison.Ordinal)))
            database.AddProgram(Root(program.ItemSpec));

        string output = Root(Output);
        byte[] contents = Encoding.UTF8.GetBytes(database.ToJson());
        if (!File.Exists(output) || !File.ReadAllBytes(output).AsSpan().SequenceEqual(contents))
            AtomicFile.WriteAllBytes(output, contents);
    }
}
