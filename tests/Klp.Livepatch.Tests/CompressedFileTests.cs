using System.Security.Cryptography;
using Klp.Kernel.Compression;

namespace Klp.Livepatch.Tests;

/// <summary>gzip as gzip writes it; xz and more of zstd are in <see cref="KernelWithoutVmlinuxTests"/>.</summary>
public sealed class CompressedFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("--no-name")]
    [InlineData("--name")]
    [InlineData("--best")]
    public void A_gzip_file_is_read_whatever_its_header_has(string option)
    {
        byte[] contents = Contents();
        Assert.Equal(contents, CompressedFile.ReadAllBytes(Gzip("file", contents, option)));
    }

    [Fact]
    public void Several_members_are_read_as_zcat_reads_them()
    {
        byte[] first = Contents();
        byte[] second = Contents();
        string both = folder.Write("both.gz", [.. File.ReadAllBytes(Gzip("one", first)), .. File.ReadAllBytes(Gzip("none", [])), .. File.ReadAllBytes(Gzip("two", second))]);
        Assert.Equal([.. first, .. second], CompressedFile.ReadAllBytes(both));
    }

    [Fact]
    public void What_follows_the_data_is_ignored()
    {
        byte[] contents = Contents();
        Assert.Equal(contents, CompressedFile.Decompress([.. File.ReadAllBytes(Gzip("file", contents)), 1, 2, 3, 4], "file"));
    }

    /// <summary>A kernel's image has its size behind the data, and code; kbuild compresses with all of the levels' means.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    [InlineData(3_000_000)]
    public void What_follows_a_frame_of_zstd_is_ignored(int size)
    {
        byte[] contents = [.. Enumerable.Range(0, size / 20).SelectMany(_ => Enumerable.Repeat((byte)Random.Shared.Next(20), 20))];
        string file = folder.Write("file", contents);
        Tool.Require("zstd", "zstd");
        Tool.Run("sh", "-c", $"zstd -q -22 --ultra <'{file}' >'{file}.zst'");
        byte[] frame = File.ReadAllBytes(file + ".zst");
        Assert.Equal(contents, CompressedFile.Decompress([.. frame, 1, 2, 3, 4], "file"));
        Assert.Equal(contents, CompressedFile.Decompress([.. frame, .. RandomNumberGenerator.GetBytes(300_000)], "file"));
    }

    [Fact]
    public void A_truncated_gzip_file_is_told_as_such_wherever_it_ends()
    {
        byte[] whole = File.ReadAllBytes(Gzip("file", Contents(), "--name"));
        for (int length = 3; length < whole.Length; length++)
            Assert.Contains("file: its gzip data is", Assert.Throws<InvalidDataException>(() => CompressedFile.Decompress(whole[..length], "file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_file_that_lost_its_checksum_is_damaged()
    {
        byte[] whole = File.ReadAllBytes(Gzip("file", Contents()));
        whole[^5] ^= 1;
        Assert.Contains("damaged or incomplete", Assert.Throws<InvalidDataException>(() => CompressedFile.Decompress(whole, "file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_said_to_be_one() =>
        Assert.Contains($"{folder.Path} is a folder", Assert.Throws<IOException>(() => CompressedFile.ReadAllBytes(folder.Path)).Message, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    // Some that compresses and some that does not.
    private static byte[] Contents() => [.. Enumerable.Repeat((byte)'a', 500), .. RandomNumberGenerator.GetBytes(200)];

    private string Gzip(string name, byte[] contents, string option = "--name")
    {
        Tool.Run("gzip", option, folder.Write(name, contents));
        return folder[name + ".gz"];
    }
}
