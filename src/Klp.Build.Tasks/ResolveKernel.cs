using System.Security.Cryptography;
using System.Text;
using Klp.Build.Tasks.Toolchain;
using Klp.Livepatch;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Looks at the kernel tree and finds the tools for it; the rest of the build reads the answers from a file.</summary>
public sealed class ResolveKernel : KlpTask
{
    private const string DatabaseName = "symbols.klp";

    /// <summary>The build directory of the kernel.</summary>
    public string KernelTree { get; set; } = "";

    /// <summary>The prefix of the compiler; empty to take the usual one of the kernel's architecture.</summary>
    public string CrossCompile { get; set; } = "";

    /// <summary>The user's cache folder, under which symbol databases are shared by projects.</summary>
    [Required]
    public string CacheDirectory { get; set; } = "";

    /// <summary>A symbol database that exists already, to use instead of making one; empty to make one.</summary>
    public string SymbolDatabase { get; set; } = "";

    /// <summary>Receives the answers.</summary>
    [Required]
    public string CacheFile { get; set; } = "";

    /// <summary>Receives the list of files that the answers depend on.</summary>
    [Required]
    public string InputsFile { get; set; } = "";

    /// <summary>Receives the list of files that the symbol database is made from.</summary>
    [Required]
    public string DatabaseInputsFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        if (KernelTree.Length == 0)
        {
            diagnostics.AddError(DiagnosticCodes.NoKernelTree, "No kernel tree is named. Set the property KlpKernelTree, or the environment variable KLP_KERNEL_TREE, to the directory in which the kernel to patch was built (the one with its .config and vmlinux).");
            return;
        }

        string? database = SymbolDatabase.Length == 0 ? null : Root(SymbolDatabase);
        if (database is not null && !File.Exists(database))
            diagnostics.AddError(DiagnosticCodes.InputOutput, $"The symbol database {database} does not exist. Correct KlpSymbolDatabase, or leave it out to have the database made.");

        if (Livepatch.Kernel.KernelTree.Open(Root(KernelTree), diagnostics) is not { } tree)
            return;
        if (KernelToolchain.Find(tree, CrossCompile, diagnostics) is not { } toolchain || diagnostics.HasErrors)
            return;

        WriteLines(DatabaseInputsFile, tree.DatabaseInputs);
        WriteLines(InputsFile, Inputs(tree));
        new KernelCache
        {
            BuildDirectory = tree.BuildDirectory,
            Release = tree.Release,
            Architecture = tree.Architecture.KbuildName,
            CrossCompile = toolchain.CrossCompile,
            Llvm = toolchain.Llvm,
            // The file itself: what a package manager replaces.
            Compiler = RealPath.Of(toolchain.Compiler),
            Make = toolchain.Make,
            HasDebugInfo = tree.Config.IsEnabled("DEBUG_INFO"),
            Database = database ?? SharedDatabase(tree),
        }.Write(Root(CacheFile));
    }

    private static IEnumerable<string> Inputs(KernelTree tree)
    {
        // What says which modules the tree has, which of its symbols are exported, and how it is configured.
        string[] names = [".config", "include/config/auto.conf", "include/generated/utsrelease.h", "Module.symvers", "modules.order"];
        IEnumerable<string> files = names.Select(name => Path.Combine(tree.BuildDirectory, name));
        return files.Where(File.Exists);
    }

    // One for all projects of a tree, also when they reach it by different symbolic links.
    private string SharedDatabase(KernelTree tree)
    {
        byte[] path = Encoding.UTF8.GetBytes(RealPath.Of(tree.BuildDirectory));
        string key = Convert.ToHexStringLower(SHA256.HashData(path))[..16];
        return Path.Combine(Root(CacheDirectory), "symbols", key, DatabaseName);
    }

    private void WriteLines(string file, IEnumerable<string> lines) =>
        AtomicFile.WriteAllBytes(Root(file), Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
}
