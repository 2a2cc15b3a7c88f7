using System.Collections.Concurrent;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Toolchain;

namespace Klp.Kbuild.Runs;

/// <summary>One run of kbuild in a stage, with its output.</summary>
/// <param name="ExitCode">make's exit code.</param>
/// <param name="Output">All lines in the order they came.</param>
/// <param name="Errors">The lines of stderr.</param>
public sealed record KbuildRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    /// <summary>Runs kbuild.</summary>
    /// <param name="kernel">The kernel and its tools.</param>
    /// <param name="stageDirectory">The stage.</param>
    /// <param name="makefile">The makefile to read instead of the tree's own; null for that.</param>
    /// <param name="launcher">What calls the compiler, with its options; empty for make itself.</param>
    /// <param name="environment">The names of the variables that the project lets through.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static KbuildRun Start(
        KernelCache kernel,
        string stageDirectory,
        string? makefile,
        string launcher,
        IEnumerable<string> environment,
        CancellationToken cancellation)
    {
        ConcurrentQueue<string> output = new();
        ConcurrentQueue<string> errors = new();
        IEnumerable<string> arguments = Arguments(kernel, stageDirectory, makefile, launcher);
        using ProcessGroup make = new(kernel.Make, arguments, KbuildEnvironment.Changes(stageDirectory, environment));
        int exitCode = make.Run(output.Enqueue, Both, cancellation);
        return new KbuildRun(exitCode, [.. output], [.. errors]);

        void Both(string line)
        {
            output.Enqueue(line);
            errors.Enqueue(line);
        }
    }

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
