using Klp.Kbuild.Patching;

namespace Klp.Patching.Tests.Units;

public class ThinArchiveTests
{
    [Theory]
    [InlineData("cDPrST")]
    [InlineData("cDPrsT")]
    [InlineData("crs")]
    [InlineData("crS")]
    public void Members_are_those_that_ar_lists(string options)
    {
        using TempFolder folder = new();
        string[] names = ["a.o", "a/name/that/is/long.o", "a/name/that/is/longer.o", "b/sixteen-bytes.o", "odd/x.o"];
        folder.Write("t.c", "int x;\n");
        foreach (string name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            Tool.Run(Tool.Arm64 + "gcc", "-c", folder["t.c"], "-o", folder[name]);
        }

        Tool.Run("sh", "-c", $"cd '{folder.Path}' && {Tool.Arm64}ar {options} x.a {string.Join(' ', names)}");

        Assert.Equal(Tool.Run(Tool.Arm64 + "ar", "t", folder["x.a"]).Lines.Select(line => Relative(folder, line)), ThinArchive.ReadMembers(File.ReadAllBytes(folder["x.a"])));
    }

    [Fact]
    public void A_damaged_archive_ends_where_it_is_damaged()
    {
        Assert.Empty(ThinArchive.ReadMembers("no archive"u8));
        Assert.Empty(ThinArchive.ReadMembers("!<thin>\n/99             0           0     0     644     968       `\n"u8));
        Assert.Empty(ThinArchive.ReadMembers("!<thin>\n//              0           0     0     644     99999999  `\nx"u8));
        Assert.Empty(ThinArchive.ReadMembers("!<thin>\na.o/"u8));
    }

    private static string Relative(TempFolder folder, string path) => path.Replace(folder.Path + "/", "", StringComparison.Ordinal);
}
