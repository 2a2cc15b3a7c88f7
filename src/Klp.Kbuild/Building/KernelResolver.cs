using System.Security.Cryptography;
using System.Text;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Toolchain;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;

namespace Klp.Kbuild.Building;

/// <summary>Looks at a kernel tree and finds the tools for it.</summary>
public static class KernelResolver
{
    private const string DatabaseName = "symbols.klp";

    /// <summary>Finds out all that a build has to know of a kernel.</summary>
    /// <param name="request">Which kernel.</param>
    /// <param name="diagnostics">Receives what is wrong with the tree, and which tools are missing.</param>
    /// <returns>The answers; null after an error.</returns>
    public static ResolvedKernel? Resolve(KernelRequest request, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (request.SymbolDatabase is { } database && !File.Exists(database))
        {
            diagnostics.AddError(
                DiagnosticCodes.InputOutput,
                $"The symbol database {database} does not exist. Correct {HostWord.Database}, or leave it out to have the database made.");
        }

        if (KernelTree.Open(request.KernelTree, diagnostics, request.Vmlinux)
            ?.WithExternalModules(request.ExternalModules, diagnostics) is not { } tree
            || KernelToolchain.Find(tree, request.CrossCompile, diagnostics) is not { } toolchain
            || diagnostics.HasErrors)
        {
            return null;
        }

        string[] inputs = [.. Inputs(tree)];
        ToolFiles tools = ToolFiles.Of(toolchain, request.EnvironmentVariables);
        KernelCache cache = new()
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
            Database = request.SymbolDatabase ?? SharedDatabase(tree, request.CacheDirectory),
            Inputs = [.. request.Watched.Concat(inputs).Distinct(StringComparer.Ordinal).Select(FileTimes.Record)],
            ExternalModules = tree.ExternalModules,
            Vmlinux = tree.NamedVmlinuxPath ?? "",
            Signing = KernelSigning.Of(tree),
            Compression = ModuleCompressor.Of(tree.Config, tree.Version),
        };
        return new ResolvedKernel(cache, inputs, tools.Candidates, [.. tree.DatabaseInputs]);
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

    // One for all projects of a tree that name the same vmlinux and external modules, also when they reach them by different links.
    private static string SharedDatabase(KernelTree tree, string cacheDirectory)
    {
        IEnumerable<string> named = tree.NamedVmlinuxPath is { } vmlinux ? [vmlinux] : [];
        IEnumerable<string> paths = tree.ExternalModules.Concat(named).Prepend(tree.BuildDirectory).Select(RealPath.Of);
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', paths))))[..16];
        return Path.Combine(cacheDirectory, "symbols", key, DatabaseName);
    }
}
