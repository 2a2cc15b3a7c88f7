using System.Text;
using Klp.Boot.Script;
using Klp.Kbuild.Processes;

namespace Klp.Boot.Tests.Machine;

public class CpioArchiveTests
{
    [Fact]
    public async Task The_real_cpio_lists_every_entry_as_it_was_added()
    {
        using TestFolder folder = new TestFolder();
        string archive = Write(folder, MakeArchive());

        (int exitCode, string output) = await CpioAsync(folder, "-itvn", archive);

        Assert.True(exitCode == 0, output);
        string[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.EndsWith("blocks", StringComparison.Ordinal) && !line.EndsWith("block", StringComparison.Ordinal))
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(
        [
            "drwxr-xr-x 2 0 0 0 Jan 1 1970 dev",
            "crw------- 1 0 0 5, 1 Jan 1 1970 dev/console",
            "-rwxr-xr-x 1 0 0 5 Jan 1 1970 init",
            "drwxr-xr-x 2 0 0 0 Jan 1 1970 a",
            "drwxr-xr-x 2 0 0 0 Jan 1 1970 a/b",
            "-rw-r--r-- 1 0 0 100003 Jan 1 1970 a/b/data",
            "-rw-r--r-- 1 0 0 0 Jan 1 1970 a/empty",
            "lrwxrwxrwx 1 0 0 8 Jan 1 1970 a/link -> b/data-x",
        ], lines);
    }

    [Fact]
    public async Task The_real_cpio_extracts_the_same_bytes()
    {
        using TestFolder folder = new TestFolder();
        string archive = Write(folder, MakeArchive(device: false));

        (int exitCode, string output) = await CpioAsync(folder, "-id", archive);

        Assert.True(exitCode == 0, output);
        Assert.Equal("hello"u8.ToArray(), File.ReadAllBytes(folder.Combine("init")));
        Assert.Equal(Pattern(), File.ReadAllBytes(folder.Combine("a/b/data")));
        Assert.Empty(File.ReadAllBytes(folder.Combine("a/empty")));
        Assert.Equal("b/data-x", new FileInfo(folder.Combine("a/link")).LinkTarget);
    }

    [Fact]
    public void The_same_entries_give_the_same_bytes()
    {
        using TestFolder folder = new TestFolder();
        Assert.Equal(
            File.ReadAllBytes(Write(folder, MakeArchive())),
            File.ReadAllBytes(Write(folder, MakeArchive())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/../b")]
    [InlineData("a\0b")]
    public void What_is_no_path_is_refused(string path) =>
        Assert.Throws<ArgumentException>(() => new CpioArchive().AddFile(path, default));

    [Fact]
    public void A_path_is_given_once()
    {
        CpioArchive archive = new CpioArchive();
        archive.AddFile("/a/b", default);
        archive.AddDirectory("/a");
        Assert.Throws<ArgumentException>(() => archive.AddFile("a/b", default));
        Assert.Throws<ArgumentException>(() => archive.AddDirectory("a/b"));
        Assert.Throws<ArgumentException>(() => archive.AddFile("a/b/c", default));
    }

    private static CpioArchive MakeArchive(bool device = true)
    {
        CpioArchive archive = new CpioArchive();
        if (device)
            archive.AddCharDevice("/dev/console", 5, 1);
        archive.AddFile("/init", Encoding.ASCII.GetBytes("hello"), executable: true);
        archive.AddFile("a/b/data", Pattern());
        archive.AddFile("a/empty", default);
        archive.AddSymlink("a/link", "b/data-x");
        return archive;
    }

    private static byte[] Pattern() => [.. Enumerable.Range(0, 100_003).Select(i => (byte)(i * 7))];

    private static string Write(TestFolder folder, CpioArchive archive)
    {
        string file = folder.Combine(Guid.NewGuid().ToString("n"));
        using FileStream stream = File.Create(file);
        archive.WriteTo(stream);
        return file;
    }

    private static Task<(int ExitCode, string Output)> CpioAsync(TestFolder folder, string mode, string archive) =>
        HostProgram.RunAsync("sh", ["-c", "cd \"$1\" && TZ=UTC cpio \"$2\" < \"$3\"", "sh", folder.Path, mode, archive],
            "", CancellationToken.None);
}
