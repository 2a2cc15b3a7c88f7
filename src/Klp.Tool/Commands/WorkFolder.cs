using Klp.Kbuild.Paths;
using Klp.Kbuild.Processes;

namespace Klp.Tool.Commands;

/// <summary>
/// The folder that a build works in: one of its own that goes with it, or one that is kept and that one build at a time has.
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private const string LockName = "build.lock";

    private readonly FileLock? held;

    private WorkFolder(string path, FileLock? held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>The folder, as an absolute path.</summary>
    internal string Path { get; }

    /// <summary>Makes the folder, and waits while another build has it.</summary>
    /// <param name="kept">The folder that is to be kept; null for a temporary one.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static WorkFolder Take(string? kept, CancellationToken cancellation)
    {
        if (kept is null)
            return new WorkFolder(
                Directory.CreateDirectory(System.IO.Path.Combine(
                    TemporaryFolder, $"klp-build-{System.IO.Path.GetRandomFileName()}")).FullName,
                null);
        string path = System.IO.Path.GetFullPath(kept);
        FileLock held = FileLock.Take(
            System.IO.Path.Combine(path, LockName),
            cancellation,
            () => Console.Error.WriteLine($"Another build works in {path}; waiting for it."));
        return new WorkFolder(path, held);
    }

    // kbuild takes no path with spaces.
    private static string TemporaryFolder => StagePaths.IsPlain(System.IO.Path.GetTempPath()) ? System.IO.Path.GetTempPath() : "/tmp";

    /// <summary>Removes a temporary folder, and lets the next build have one that is kept.</summary>
    public void Dispose()
    {
        if (held is null)
            Directory.Delete(Path, recursive: true);
        held?.Dispose();
    }
}
