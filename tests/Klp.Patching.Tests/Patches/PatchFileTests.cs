using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;

namespace Klp.Patching.Tests.Patches;

/// <summary>Whatever the name of a patch leads to is read, or told; nothing waits, and nothing is read without end.</summary>
public sealed class PatchFileTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TempFolder folder = new();

    [Fact]
    public void A_folder_a_device_and_a_FIFO_are_told_and_nothing_waits_for_them()
    {
        Tool.Run("mkfifo", folder["fifo.patch"]);
        Assert.Contains("it is a folder,", Problem(folder.Path), StringComparison.Ordinal);
        Assert.Contains("it is a device, a FIFO or a socket,", Problem("/dev/zero"), StringComparison.Ordinal);
        Assert.Contains("it is a device, a FIFO or a socket,", Problem(folder["fifo.patch"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Problem(folder["missing.patch"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_absurd_size_is_told_before_it_is_read_whole()
    {
        using (FileStream file = File.Create(folder["huge.patch"]))
            file.SetLength(1L << 40);
        Assert.Contains("has more than 32 MiB", Problem(folder["huge.patch"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@@ -1,2147483647 +1,2147483647 @@\n a\n")]
    [InlineData("@@ -1,99999999999999999999 +1 @@\n a\n")]
    [InlineData("@@ -2147483647,2147483647 +1,1 @@\n a\n")]
    public void Numbers_of_a_hunk_that_nothing_has_are_malformed(string hunk)
    {
        string path = folder.Write("fix.patch", "--- a/fs/x.c\n+++ b/fs/x.c\n" + hunk);
        Assert.Equal("KLP7001", Read(path).Code);
    }

    public void Dispose() => folder.Dispose();

    private static string Problem(string path)
    {
        Diagnostic problem = Read(path);
        Assert.Equal(DiagnosticCodes.InputOutput.Code, problem.Code);
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        return problem.Message;
    }

    private static Diagnostic Read(string path)
    {
        DiagnosticBag diagnostics = new();
        Task<PatchedSources?> read = Task.Run(() => PatchSeries.Apply([new PatchInput(path, 1, null)], _ => "a\n"u8.ToArray(), diagnostics));
        Assert.True(read.Wait(Soon), $"{path} is waited for.");
        Assert.Null(read.Result);
        return Assert.Single(diagnostics);
    }
}
