namespace Klp.Kbuild.Processes;

/// <summary>A lock between processes, held while a file is open. The file itself stays: deleting it would race.</summary>
public sealed class FileLock : IDisposable
{
    // EWOULDBLOCK: somebody else has the lock. Any other error would not go away by waiting.
    private const int WouldBlock = 11;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Waits for a lock and takes it.</summary>
    /// <param name="path">The lock's file; its folder is made where it is missing.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="onWait">Told once when somebody else has it.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FileLock Take(string path, CancellationToken cancellation, Action? onWait = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException problem) when (problem.HResult == WouldBlock)
            {
                onWait?.Invoke();
                onWait = null;
                cancellation.WaitHandle.WaitOne(Pause);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
