using System.Collections.Concurrent;
using Klp.Build.Tasks.Processes;

namespace Klp.Build.Tasks.Kbuild;

/// <summary>One run of kbuild in a stage, with its output.</summary>
/// <param name="ExitCode">make's exit code.</param>
/// <param name="Output">All lines in the order they came.</param>
/// <param name="Errors">The lines of stderr.</param>
internal sealed record KbuildRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    private const string CcacheBase = "CCACHE_BASEDIR";
    private const string CcacheNoFolder = "CCACHE_NOHASHDIR";

    /// <summary>Runs kbuild.</summary>
    /// <param name="kernel">The kernel and its tools.</param>
    /// <param name="stageDirectory">The stage.</param>
    /// <param name="makefile">The makefile to read instead of the tree's own; null for that.</param>
    /// <param name="launcher">What calls the compiler, with its options; empty for make itself.</param>
    /// <param name="cancellation">Ends the run.</param>
    internal static KbuildRun Start(KernelCache kernel, string stageDirectory, string? makefile, string launcher, CancellationToken cancellation)
    {
        ConcurrentQueue<string> output = new();
        ConcurrentQueue<string> errors = new();
        ProcessGroup make = new(kernel.Make, Arguments(kernel, stageDirectory, makefile, launcher), EnvironmentFor(stageDirectory));
        int exitCode = make.Run(output.Enqueue, Both, cancellation);
        return new KbuildRun(exitCode, [.. output], [.. errors]);

        void Both(string line)
        {
            output.Enqueue(line);
            errors.Enqueue(line);
        }
    }

    // The kernel's makefile unsets LC_ALL, so the language of messages needs the other variables too. The options of a make
    // that called MSBuild, and a compiler or output folder chosen for something else, are not for this one.
    private static Dictionary<string, string?> EnvironmentFor(string stageDirectory) => new(StringComparer.Ordinal)
    {
        // For ccache paths in the stage are relative to it, so that the stages of two checkouts are alike. Line information
        // does not name the stage, see KbuildMakefile.
        [CcacheBase] = System.Environment.GetEnvironmentVariable(CcacheBase) ?? stageDirectory,
        [CcacheNoFolder] = System.Environment.GetEnvironmentVariable(CcacheNoFolder) ?? "1",
        ["LC_ALL"] = "C",
        ["LC_MESSAGES"] = "C",
        ["LC_CTYPE"] = "C",
        ["LANG"] = "C",
        ["LANGUAGE"] = null,
        ["MAKEFLAGS"] = null,
        ["MFLAGS"] = null,
        ["MAKELEVEL"] = null,
        ["MAKEOVERRIDES"] = null,
        ["GNUMAKEFLAGS"] = null,
        ["KBUILD_OUTPUT"] = null,
        ["KBUILD_EXTMOD"] = null,
        ["KBUILD_EXTMOD_OUTPUT"] = null,
        ["GCC_COLORS"] = null,
        ["ARCH"] = null,
        ["CROSS_COMPILE"] = null,
        ["LLVM"] = null,
    };

    private static IEnumerable<string> Arguments(KernelCache kernel, string stageDirectory, string? makefile, string launcher)
    {
        // -O keeps the lines about one object together.
        yield return "-O";
        yield return "--no-print-directory";
        yield return $"-j{System.Environment.ProcessorCount}";
        yield return "-C";
        yield return kernel.BuildDirectory;
        if (makefile is not null)
        {
            yield return "-f";
            yield return makefile;
        }

        yield return $"M={stageDirectory}";
        // Since 6.13, and where the tree was copied from another place, kbuild would otherwise write into the tree.
        yield return $"MO={stageDirectory}";
        yield return $"ARCH={kernel.Architecture}";
        if (kernel.CrossCompile.Length > 0)
            yield return $"CROSS_COMPILE={kernel.CrossCompile}";
        if (kernel.Llvm.Length > 0)
            yield return $"LLVM={kernel.Llvm}";
        if (launcher.Length > 0)
            yield return $"CC={launcher} {kernel.CompilerProgram}";
        // Symbols that nobody exports are what a livepatch is about: the converter decides about them.
        yield return "KBUILD_MODPOST_WARN=1";
        yield return "modules";
    }
}
