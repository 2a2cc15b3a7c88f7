using System.Runtime.InteropServices;

namespace Klp.Kbuild.Processes;

/// <summary>Finds programs as a shell does: what this user may not run is none.</summary>
public static partial class ExecutableSearch
{
    // X_OK of access(2), which follows links.
    private const int MayExecute = 1;

    /// <summary>The file of a program, or null.</summary>
    /// <param name="program">A name to look for on PATH, or a path.</param>
    public static string? Find(string program) => FindAll(program).FirstOrDefault();

    /// <summary>The files of a program's name on PATH, in the order in which they are looked for; of a path only that.</summary>
    /// <param name="program">A name to look for on PATH, or a path.</param>
    internal static IEnumerable<string> FindAll(string program) => Candidates(program).Where(IsExecutable);

    /// <summary>Where a program is looked for, whether it is there or not.</summary>
    /// <param name="program">A name to look for on PATH, or a path.</param>
    internal static IEnumerable<string> Candidates(string program) => program.Contains('/', StringComparison.Ordinal)
        ? [Path.GetFullPath(program)]
        : (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program));

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || Access(path, MayExecute) == 0);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
