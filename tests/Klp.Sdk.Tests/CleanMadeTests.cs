using Klp.Build.Tasks;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>dotnet clean removes what builds listed, and nothing else that is there.</summary>
public sealed class CleanMadeTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_listed_goes_and_the_folders_that_are_empty_then()
    {
        string module = Write("bin/7.0/patch.ko");
        string user = Write("bin/6.0/mine.txt");
        string other = Write("bin/6.0/patch.ko");
        Write("obj/7.0/kbuild/patch.o");
        string kept = Write("obj/6.0/patch.o");
        List(module, other, folder.Combine("bin/gone/patch.ko"), folder.Combine("obj/7.0") + "/");

        Clean();

        Assert.False(Directory.Exists(folder.Combine("bin/7.0")));
        Assert.False(File.Exists(other));
        Assert.True(File.Exists(user));
        Assert.False(Directory.Exists(folder.Combine("obj/7.0")));
        Assert.True(File.Exists(kept));
        Assert.False(File.Exists(folder.Combine("list")));
    }

    // KlpKernelFolder may be "..", and then the build's folder is the project's.
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/obj/..")]
    [InlineData("/obj")]
    [InlineData("/objects")]
    public void A_folder_that_is_not_below_the_builds_own_stays(string listed)
    {
        string source = Write("patch.c");
        Write("objects/more.c");
        Write("obj/project.assets.json");
        List(folder.Path + listed + "/", "obj/relative/");

        Clean();

        Assert.True(File.Exists(source));
        Assert.True(File.Exists(folder.Combine("objects/more.c")));
        Assert.True(File.Exists(folder.Combine("obj/project.assets.json")));
    }

    [Fact]
    public void A_link_in_a_folder_goes_without_what_it_leads_to()
    {
        string source = Write("sources/patch.c");
        Write("obj/7.0/patch.o");
        Directory.CreateSymbolicLink(folder.Combine("obj/7.0/s0"), folder.Combine("sources"));
        List(folder.Combine("obj/7.0") + "/");

        Clean();

        Assert.True(File.Exists(source));
        Assert.False(Directory.Exists(folder.Combine("obj/7.0")));
    }

    [Fact]
    public void A_list_grows_by_what_is_new_and_is_left_alone_otherwise()
    {
        Assert.True(Add("/one", "/two/").Execute());
        DateTime written = File.GetLastWriteTimeUtc(folder.Combine("list"));
        Assert.True(Add("/two/", "/one").Execute());
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder.Combine("list")));

        Assert.True(Add("/three", "/one").Execute());
        Assert.Equal(["/one", "/two/", "/three"], File.ReadAllLines(folder.Combine("list")));
    }

    private ListMade Add(params string[] made) =>
        new() { BuildEngine = new FakeBuildEngine(), ProjectFile = folder.Combine("project.csproj"), List = "list", Made = made };

    private void List(params string[] made) => Assert.True(Add(made).Execute());

    private void Clean() => Assert.True(new CleanMade
    {
        BuildEngine = new FakeBuildEngine(),
        ProjectFile = folder.Combine("project.csproj"),
        Lists = ["list", "nothing"],
        Roots = ["obj/"],
    }.Execute());

    private string Write(string file)
    {
        string path = folder.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }
}
