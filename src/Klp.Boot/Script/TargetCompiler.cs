using System.Security.Cryptography;
using System.Text;
using Klp.Boot.Host;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Script;

/// <summary>Compiles static C programs for a guest, each once.</summary>
/// <remarks>
/// The programs are kept in the user's cache folder (XDG_CACHE_HOME, else ~/.cache), named
/// after a hash of their source, the compiler's version and its options. They appear there
/// whole, by a rename, so that several builds may share the folder.
/// </remarks>
public sealed class TargetCompiler
{
    // What the programs of a guest need of a C library, and no mistake.
    private const string SmallestProgram = "#include <stdio.h>\n#include <dirent.h>\nint main(void) { return puts(\"\") < 0; }\n";

    private static readonly string[] Options = ["-static", "-O2", "-Wall"];

    private readonly KernelUnderTest kernel;
    private readonly string compiler;

    /// <summary>The compiler of a kernel's architecture.</summary>
    /// <exception cref="BootSetupException">It is not installed.</exception>
    public TargetCompiler(KernelUnderTest kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        this.kernel = kernel;
        string name = kernel.CrossCompile + "gcc";
        string packages = kernel.CrossCompile.Length == 0
            ? "gcc libc6-dev"
            : $"{kernel.Tree.Architecture.CompilerPackage} {kernel.Machine.CLibraryPackage}";
        compiler = ExecutableSearch.Find(name) ?? throw new BootSetupException(BootSetupProblem.CompilerMissing,
            $"The compiler '{name}' for the programs of the guest is not installed.",
            $"Install it: {PackageAdvice.Command(packages)}.");
    }

    /// <summary>Compiles a program of one source.</summary>
    /// <param name="name">Its name, for messages and the cache.</param>
    /// <param name="source">The C source.</param>
    /// <param name="cancellation">Stops the compiler.</param>
    /// <returns>The path of the program.</returns>
    /// <exception cref="BootSetupException">
    /// It does not compile, there is no C library to link with, or the cache cannot be written.
    /// </exception>
    public async Task<string> CompileAsync(string name, string source, CancellationToken cancellation = default)
    {
        (_, string version) = await HostProgram.RunAsync(compiler, ["--version"], "", cancellation).ConfigureAwait(false);
        string key = string.Join('\0', [compiler, version, .. Options, source]);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16];
        string program = Path.Combine(CacheFolder(), $"{name}-{hash}");
        if (File.Exists(program))
            return program;

        CreateFolder(Path.GetDirectoryName(program)!);
        string unfinished = $"{program}.{Guid.NewGuid():n}";
        try
        {
            (int exitCode, string output) = await HostProgram.RunAsync(
                compiler, [.. Options, "-o", unfinished, "-x", "c", "-"], source, cancellation).ConfigureAwait(false);
            if (exitCode != 0)
                throw await FailedAsync(name, output, unfinished, cancellation).ConfigureAwait(false);
            File.Move(unfinished, program, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
        return program;
    }

    /// <summary>Compiles a program of one file, anew each time, with line information.</summary>
    /// <param name="source">The C source; what it includes is found beside it.</param>
    /// <param name="program">Receives the program.</param>
    /// <param name="cancellation">Stops the compiler.</param>
    /// <returns>Whether it compiles, and what the compiler printed, in English.</returns>
    /// <exception cref="BootSetupException">There is no C library to link with.</exception>
    public async Task<(bool Succeeded, string Output)> CompileFileAsync(
        string source, string program, CancellationToken cancellation = default)
    {
        CreateFolder(Path.GetDirectoryName(program)!);
        (int exitCode, string output) = await HostProgram.RunAsync(
            compiler, [.. Options, "-g", "-o", program, source], "", cancellation).ConfigureAwait(false);
        if (exitCode != 0
            && await FailedAsync(
                source, output, program, cancellation).ConfigureAwait(false) is { Problem: BootSetupProblem.CLibraryMissing } missing)
        {
            throw missing;
        }

        return (exitCode == 0, output);
    }

    // Every compiler and linker has its own words for a library that is not there; without one no program compiles at all.
    private async Task<BootSetupException> FailedAsync(string name, string output, string program, CancellationToken cancellation)
    {
        (int exitCode, _) = await HostProgram.RunAsync(
            compiler, [.. Options, "-o", program, "-x", "c", "-"], SmallestProgram, cancellation).ConfigureAwait(false);
        File.Delete(program);
        return exitCode != 0
            ? new BootSetupException(BootSetupProblem.CLibraryMissing,
                $"'{compiler}' has no C library to make static programs with:\n{output.TrimEnd()}\n",
                $"Install it: {PackageAdvice.Command(kernel.CrossCompile.Length == 0 ? "libc6-dev" : kernel.Machine.CLibraryPackage)}.")
            : new BootSetupException(BootSetupProblem.CompilationFailed,
                $"'{name}' does not compile with {compiler}:\n{output.TrimEnd()}\n",
                "Mend the source.");
    }

    private static string CacheFolder()
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "klp-sdk", "guest");
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BootSetupException(BootSetupProblem.CacheNotWritable,
                $"There is no place to keep the programs of the guest: {e.Message}",
                "Set XDG_CACHE_HOME to a folder that can be written.");
        }
    }
}
