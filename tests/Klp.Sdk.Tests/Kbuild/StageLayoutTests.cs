using Klp.Kbuild.Paths;
using Klp.Kbuild.Stages;

namespace Klp.Sdk.Tests.Kbuild;

public sealed class StageLayoutTests
{
    [Fact]
    public void A_source_beside_the_project_keeps_its_name()
    {
        StageLayout layout = new("/project", ["/project/meminfo.c"]);

        StagedSource source = Assert.Single(layout.Sources);
        Assert.Equal(("c/meminfo", "s0/meminfo.c", "meminfo.c"), (source.ObjectName, source.StagePath, source.DisplayName));
        Assert.Equal(new SourceFolder("s0", "/project", ""), Assert.Single(layout.Folders));
    }

    [Fact]
    public void Sources_of_equal_name_have_objects_of_different_names()
    {
        StageLayout layout = new("/project", ["/project/a-b.c", "/project/a/b.c", "/project/a/b/c.c", "/elsewhere/b.c", "/project/a b.c", "/project/a_b.c"]);

        Assert.Equal(layout.Sources.Count, layout.Sources.Select(source => source.ObjectName).Distinct().Count());
        Assert.All(layout.Sources, source => Assert.Matches("^c/[A-Za-z0-9_.+-]+$", source.ObjectName));
        Assert.All(layout.Sources, source => Assert.Matches("^[A-Za-z0-9_./+-]+$", source.StagePath));
    }

    [Fact]
    public void The_order_of_sources_is_theirs_not_the_file_systems()
    {
        string[] sources = ["/project/b.c", "/project/a.c", "/project/sub/a.c", "/project/a.c"];

        IEnumerable<string> one = new StageLayout("/project", sources).Sources.Select(source => source.Path);
        IEnumerable<string> other = new StageLayout("/project", sources.Reverse()).Sources.Select(source => source.Path);

        Assert.Equal(["/project/a.c", "/project/b.c", "/project/sub/a.c"], one);
        Assert.Equal(one, other);
    }

    [Fact]
    public void Names_do_not_depend_on_where_the_project_is()
    {
        StageLayout one = new("/one", ["/one/a.c", "/one/sub/b.c", "/one/my file.c"]);
        StageLayout other = new("/the other", ["/the other/a.c", "/the other/sub/b.c", "/the other/my file.c"]);

        Assert.Equal(one.Sources.Select(source => (source.ObjectName, source.DisplayName)), other.Sources.Select(source => (source.ObjectName, source.DisplayName)));
    }

    [Theory]
    [InlineData("c/../s0/a.c", "/my project/a.c")]
    [InlineData("./c/a.o", "/my project/a.c")]
    [InlineData("c/a.c", "/my project/a.c")]
    [InlineData("c/../s1/../inc/x.h", "/my project/inc/x.h")]
    [InlineData("s1/b.c", "/my project/sub dir/b.c")]
    [InlineData("include/linux/kernel.h", null)]
    [InlineData("mod.o", null)]
    public void A_path_in_the_stage_stands_for_a_users_file(string path, string? expected) =>
        Assert.Equal(expected, Project().FromStage(path));

    [Theory]
    [InlineData("a.c", "/my project/a.c")]
    [InlineData("./a.c", "/my project/a.c")]
    [InlineData("sub_dir/b.c", "/my project/sub dir/b.c")]
    [InlineData("sub_dir/../inc/x.h", "/my project/inc/x.h")]
    public void A_name_in_line_information_stands_for_a_users_file(string name, string expected) =>
        Assert.Equal(expected, Project().FromDisplayName(name));

    private static StageLayout Project() => new("/my project", ["/my project/a.c", "/my project/sub dir/b.c"]);
}
