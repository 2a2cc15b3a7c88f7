using System.Text;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Looks at the kernel tree and finds the tools for it; the rest of the build reads the answers from a file.</summary>
public sealed class ResolveKernel : StageTask
{
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

    /// <summary>
    /// The names of the environment variables that kbuild gets, besides those by which no other module is made, divided by
    /// <c>;</c>.
    /// </summary>
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
        Say($"Looking at the kernel tree {KernelTree}.");
        ResolvedKernel? resolved = KernelResolver.Resolve(
            new KernelRequest
            {
                KernelTree = KernelTree.Length == 0 ? "" : Root(KernelTree),
                CacheDirectory = Root(CacheDirectory),
                Vmlinux = RootIfAny(Vmlinux),
                CrossCompile = CrossCompile,
                SymbolDatabase = RootIfAny(SymbolDatabase),
                ExternalModules = [.. ExternalModules.Select(module => Root(module.ItemSpec))],
                EnvironmentVariables = SplitList(EnvironmentVariables),
                Watched = [.. Watched.Select(item => Root(item.ItemSpec))],
            },
            diagnostics);
        if (resolved is null)
            return;
        // With the places where a tool is looked for: another one can come before the one that was found.
        Found = [.. resolved.Inputs, .. resolved.ToolPlaces];
        AtomicFile.WriteAllBytes(
            Root(DatabaseInputsFile), Encoding.UTF8.GetBytes(string.Concat(resolved.DatabaseInputs.Select(path => path + "\n"))));
        resolved.Cache.Write(Root(CacheFile));
    }

    private string? RootIfAny(string path) => path.Length == 0 ? null : Root(path);
}
