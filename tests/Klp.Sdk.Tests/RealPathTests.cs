using Klp.Kbuild.Processes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

public sealed class RealPathTests
{
    [Fact]
    public void Links_are_followed_wherever_they_are()
    {
        using TestFolder folder = new();
        string home = RealPath.Of(folder.Path);
        Directory.CreateDirectory(folder.Combine("real", "inner"));
        File.WriteAllText(folder.Combine("real", "inner", "file"), "");
        File.CreateSymbolicLink(folder.Combine("absolute"), folder.Combine("real"));
        File.CreateSymbolicLink(folder.Combine("real", "relative"), "inner/../inner");
        File.CreateSymbolicLink(folder.Combine("circle"), "circle");

        Assert.Equal(Path.Combine(home, "real/inner/file"), RealPath.Of(folder.Combine("absolute", "relative", "file")));
        Assert.Equal(Path.Combine(home, "real/missing/file"), RealPath.Of(folder.Combine("absolute", "missing", "file")));
        Assert.Equal(Path.Combine(home, "circle"), RealPath.Of(folder.Combine("circle")));
    }
}
