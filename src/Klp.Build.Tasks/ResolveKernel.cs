using System.Security.Cryptography;
using System.Text;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Toolchain;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Looks at the kernel tree and finds the tools for it; the rest of the build reads the answers from a file.</summary>
public sealed class ResolveKernel : StageTask
{
    private const string DatabaseName = "symbols.klp";

    /// <summary>The build directory of the kernel.</summary>
    public string KernelTree { get; set; } = "";

    /// <summary>The kernel's vmlinux, or what was split from it, where the tree does not have it; empty to look for it.</summary>
    public string Vmlinux { get; set; } = "";

    /// <summary>The prefix of the compiler; empty to take the usual one of the kernel's architecture.</summary>
    public string CrossCompile { get; set; } = "";

    /// <summary>The user's cache folder, under which symbol databases are shared by projects.</summary>
    [Required]
    public string CacheDirectory { get; set; } = "";

    /// <summary>A symbol database that exists already, to use instead of making one; empty to make one.</summary>
    public string SymbolDatabase { get; set; } = "";

    /// <summary>Modules that were built outside the kernel tree, which the livepatch patches or uses.</summary>
    public ITaskItem[] ExternalModules { get; set; } = [];

    /// <summary>The names of the environment variables that kbuild gets, besides those by which no other module is made, divided by <c>;</c>.</summary>
    public string EnvironmentVariables { get; set; } = "";

    /// <summary>Files whose times are part of the answers, as those of the kernel tree are.</summary>
    public ITaskItem[] Watched { get; set; } = [];

    /// <summary>Receives the answers. It is left alone where they stay the same.</summary>
    [Required]
    public string CacheFile { get; set; } = "";

    /// <summary>Receives the list of files that the symbol database is made from.</summary>
    [Required]
    public string DatabaseInputsFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        string? database = SymbolDatabase.Length == 0 ? null : Root(SymbolDatabase);
        if (database is not null && !File.Exists(database))
            diagnostics.AddError(DiagnosticCodes.InputOutput, $"The symbol database {database} does not exist. Correct KlpSymbolDatabase, or leave it out to have the database made.");

        Log.LogMessage(MessageImportance.Normal, "Looking at the kernel tree {0}.", KernelTree);
        string[] externalModules = [.. ExternalModules.Select(module => Root(module.ItemSpec))];
        if (Klp.Kernel.Trees.KernelTree.Open(KernelTree.Length == 0 ? "" : Root(KernelTree), diagnostics, Vmlinux.Length == 0 ? null : Root(Vmlinux))?.WithExternalModules(externalModules, diagnostics) is not { } tree)
            return;
        if (KernelToolchain.Find(tree, CrossCompile, diagnostics) is not { } toolchain || diagnostics.HasErrors)
            return;

        string[] inputs = [.. Inputs(tree)];
        IEnumerable<string> watched = Watched.Select(item => Root(item.ItemSpec));
        ToolFiles tools = ToolFiles.Of(toolchain, SplitList(EnvironmentVariables));
        // With the places where a tool is looked for: another one can come before the one that was found.
        Found = [.. inputs, .. tools.Candidates];
        AtomicFile.WriteAllBytes(Root(DatabaseInputsFile), Encoding.UTF8.GetBytes(string.Concat(tree.DatabaseInputs.Select(path => path + "\n"))));
        new KernelCache
        {
            BuildDirectory = tree.BuildDirectory,
            Release = tree.Release,
            Architecture = tree.Architecture.KbuildName,
            CrossCompile = toolchain.CrossCompile,
            Llvm = toolchain.Llvm,
            CompilerProgram = toolchain.Program,
            // The files themselves: what a package manager replaces.
            Tools = tools.Files,
            // Of /bin and /usr/bin one may be a link to the other.
            Make = RealPath.Of(toolchain.Make),
            HasDebugInfo = tree.Config.IsEnabled("DEBUG_INFO"),
            Database = database ?? SharedDatabase(tree),
            Inputs = [.. watched.Concat(inputs).Distinct(StringComparer.Ordinal).Select(FileTimes.Record)],
            ExternalModules = tree.ExternalModules,
            Vmlinux = tree.NamedVmlinuxPath ?? "",
            Signing = KernelSigning.Of(tree),
            Compression = ModuleCompressor.Of(tree.Config, tree.Version),
        }.Write(Root(CacheFile));
    }

    private static IEnumerable<string> Inputs(KernelTree tree)
    {
        // What says which modules the tree has, which of its symbols are exported, and how it is configured.
        string[] names = [".config", "include/config/auto.conf", "include/generated/utsrelease.h", "Module.symvers", "modules.order"];
        IEnumerable<string> files = names.Select(name => Path.Combine(tree.BuildDirectory, name));
        // depmod rewrites it whenever a module is installed, as of a driver's package.
        string marker = $"/lib/modules/{tree.Release}/";
        IEnumerable<string> installed = tree.ModulePaths
            .Select(path => (Path: path, At: path.LastIndexOf(marker, StringComparison.Ordinal)))
            .Where(module => module.At >= 0)
            .Select(module => module.Path[..(module.At + marker.Length)] + "modules.dep")
            .Take(1);
        return files.Concat(installed).Where(File.Exists);
    }

    // One for all projects of a tree that name the same vmlinux and external modules, also when they reach them by different symbolic links.
    private string SharedDatabase(KernelTree tree)
    {
        IEnumerable<string> paths = tree.ExternalModules.Concat(tree.NamedVmlinuxPath is { } named ? [named] : Array.Empty<string>()).Prepend(tree.BuildDirectory).Select(RealPath.Of);
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', paths))))[..16];
        return Path.Combine(Root(CacheDirectory), "symbols", key, DatabaseName);
    }
}
