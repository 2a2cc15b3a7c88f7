using Klp.Kbuild.Processes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

public sealed class FileLockTests
{
    [Fact]
    public async Task A_lock_is_waited_for()
    {
        using TestFolder folder = new();
        string path = folder.Combine("new", "lock");
        FileLock first = FileLock.Take(path, CancellationToken.None);

        Task<FileLock> second = Task.Run(() => FileLock.Take(path, CancellationToken.None));
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(200)));
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using TestFolder folder = new();
        using FileLock held = FileLock.Take(folder.Combine("lock"), CancellationToken.None);
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => FileLock.Take(folder.Combine("lock"), cancellation.Token)));
    }

    [Fact]
    public void What_is_no_matter_of_waiting_fails()
    {
        using TestFolder folder = new();
        File.CreateSymbolicLink(folder.Combine("lock"), folder.Combine("lock"));

        Assert.ThrowsAny<IOException>(() => FileLock.Take(folder.Combine("lock"), CancellationToken.None));
    }
}
