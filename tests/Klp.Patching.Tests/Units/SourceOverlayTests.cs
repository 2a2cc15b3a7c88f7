using Klp.Kbuild.Patching;

namespace Klp.Patching.Tests.Units;

public class SourceOverlayTests
{
    [Fact]
    public void Only_touched_files_are_files_and_only_their_folders_are_folders()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        SourceOverlay overlay = new(tree.Find(), tree.Work("overlay"));

        overlay.Make([MiniTree.Changed("lib/two.c", "new")], []);

        Assert.Equal("new", File.ReadAllText(Path.Combine(overlay.Root, "lib/two.c")));
        Assert.Null(new FileInfo(Path.Combine(overlay.Root, "lib/two.c")).LinkTarget);
        Assert.Null(new DirectoryInfo(Path.Combine(overlay.Root, "lib")).LinkTarget);
        foreach (string link in new[] { "init", "include", "Kbuild", "lib/sub", "lib/one.c", "lib/part.h" })
            Assert.Equal(Path.Combine(tree.Source, link), new FileInfo(Path.Combine(overlay.Root, link)).LinkTarget);
    }

    [Fact]
    public void A_folder_that_is_left_by_dots_is_no_link()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        SourceOverlay overlay = new(tree.Find(), tree.Work("overlay"));

        overlay.Make([MiniTree.Changed("lib/part.h", "new")], [$"{tree.Source}/lib/sub/../part.h"]);

        Assert.Null(new DirectoryInfo(Path.Combine(overlay.Root, "lib/sub")).LinkTarget);
        Assert.Equal($"{tree.Source}/lib/sub/three.c", new FileInfo(Path.Combine(overlay.Root, "lib/sub/three.c")).LinkTarget);
    }

    [Fact]
    public void Nothing_is_written_through_a_link_to_the_source()
    {
        // What once overwrote a user's source: a folder of the overlay was a link.
        using MiniTree tree = new(MiniTree.Elsewhere);
        SourceOverlay overlay = new(tree.Find(), tree.Work("overlay"));
        overlay.Make([MiniTree.Changed("init/main.c", "new")], []);
        string[] before = tree.Listing();

        IOException folder = Assert.Throws<IOException>(() => overlay.WriteFile("lib/two.c", "overwritten"u8.ToArray()));
        IOException added = Assert.Throws<IOException>(() => overlay.WriteFile("lib/sub/new.c", "overwritten"u8.ToArray()));
        Assert.Contains("out of the overlay", folder.Message, StringComparison.Ordinal);
        Assert.Contains("out of the overlay", added.Message, StringComparison.Ordinal);
        // Of a link to a file the folder is real.
        Assert.Throws<IOException>(() => overlay.WriteFile("Kbuild", "overwritten"u8.ToArray()));

        Assert.Equal(before, tree.Listing());
    }

    [Theory]
    [InlineData("../source/lib/two.c")]
    [InlineData("/etc/passwd")]
    [InlineData("lib/../../two.c")]
    [InlineData("")]
    public void A_path_that_leaves_the_overlay_is_refused(string path)
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        SourceOverlay overlay = new(tree.Find(), tree.Work("overlay"));
        Assert.Throws<IOException>(() => overlay.Make([MiniTree.Changed(path, "new")], []));
    }

    [Fact]
    public void An_overlay_is_replaced_and_what_its_links_lead_to_is_not_removed()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        SourceOverlay overlay = new(tree.Find(), tree.Work("overlay"));
        string[] before = tree.Listing();

        overlay.Make([MiniTree.Changed("lib/two.c", "first")], []);
        overlay.Make([MiniTree.Changed("init/main.c", "second")], []);

        Assert.Equal(before, tree.Listing());
        Assert.NotNull(new DirectoryInfo(Path.Combine(overlay.Root, "lib")).LinkTarget);
    }

    [Fact]
    public void An_overlay_that_is_a_link_is_not_written_to()
    {
        using MiniTree tree = new(MiniTree.Elsewhere);
        Directory.CreateDirectory(tree.Work(""));
        File.CreateSymbolicLink(tree.Work("overlay"), tree.Source);
        string[] before = tree.Listing();

        Assert.Throws<IOException>(() => new SourceOverlay(tree.Find(), tree.Work("overlay")).Make([MiniTree.Changed("lib/two.c", "new")], []));

        Assert.Equal(before, tree.Listing());
    }
}
