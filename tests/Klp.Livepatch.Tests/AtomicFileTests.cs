using Klp.Kernel.Files;

namespace Klp.Livepatch.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private static readonly byte[] Contents = [.. "the new contents"u8];

    private readonly TempFolder folder = new();

    [Fact]
    public void A_symbolic_link_stays_and_the_file_it_leads_to_is_replaced()
    {
        string target = folder.Write("elsewhere/target", "old");
        File.CreateSymbolicLink(folder["middle"], target);
        File.CreateSymbolicLink(folder["link"], "middle");

        AtomicFile.WriteAllBytes(folder["link"], Contents);

        Assert.Equal("middle", new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(Contents, File.ReadAllBytes(target));
        Assert.Equal(target, Assert.Single(Directory.EnumerateFileSystemEntries(folder["elsewhere"])));
    }

    [Fact]
    public void The_file_that_a_link_leads_to_is_made()
    {
        File.CreateSymbolicLink(folder["link"], folder["new/target"]);
        AtomicFile.WriteAllBytes(folder["link"], Contents);
        Assert.Equal(folder["new/target"], new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(Contents, File.ReadAllBytes(folder["new/target"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_reader_of_a_fifo_gets_the_contents(bool byLink)
    {
        Tool.Run("mkfifo", folder["fifo"]);
        File.CreateSymbolicLink(folder["link"], "fifo");
        Task<ToolOutput> reader = Task.Run(() => Tool.Run("timeout", "60", "cat", folder["fifo"]));

        AtomicFile.WriteAllBytes(byLink ? folder["link"] : folder["fifo"], Contents);

        Assert.Equal(Contents, System.Text.Encoding.Latin1.GetBytes((await reader).Output));
        Assert.Equal("fifo\n", Tool.Run("stat", "-c", "%F", folder["fifo"]).Output);
        Assert.Equal(["fifo", "link"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_stays_when_nothing_is_to_be_written()
    {
        string target = folder.Write("target", "old");
        Assert.False(AtomicFile.Write(target, stream =>
        {
            stream.Write(Contents);
            return false;
        }));
        Assert.Equal("old", File.ReadAllText(target));
        Assert.Equal(target, Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path)));
    }

    [Fact]
    public void A_folder_is_refused_as_one() =>
        Assert.Contains($"{folder.Path} is a folder", Assert.Throws<IOException>(() => AtomicFile.WriteAllBytes(folder.Path, Contents)).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();
}
