namespace Klp.Patching.Tests.Patches;

/// <summary>Which changes of makefiles and Kconfig files are without effect. make is the oracle for what a makefile says.</summary>
public class BuildDescriptionTests
{
    private const string Makefile = """
        # SPDX-License-Identifier: GPL-2.0
        obj-y := a.o \
        	b.o

        # the list goes on
        obj-y += c.o
        define text
        # of the text

        endef
        all:
        	@echo $(obj-y)
        	@printf '%s\n' '$(text)'
        none: all
        	@echo none
        none2:
        	# nothing

        """;

    private const string Kconfig = """
        # SPDX-License-Identifier: GPL-2.0
        config A
        	bool "a"
        	depends on B && \
        		C
        	help
        	  What it is for.

        	    More of it.
        # between
        config D
        	bool "d"

        """;

    [Theory]
    [InlineData("# the list goes on", "# the list\n# goes on\n")]
    [InlineData("# the list goes on\n", "")]
    [InlineData("# SPDX-License-Identifier: GPL-2.0", "# SPDX-License-Identifier: GPL-2.0-only\n\n")]
    public void Comments_and_blank_lines_of_a_makefile_are_passed_over(string old, string made)
    {
        Assert.Equal("KLP7009", Change("fs/Makefile", Makefile, old, made).Only.Code);
        Assert.Equal(Made(Makefile), Made(Makefile.Replace(old, made, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("obj-y += c.o", "obj-y += c.o d.o")]
    [InlineData("obj-y := a.o \\\n", "obj-y := a.o \\\n# no more\n")]
    [InlineData("obj-y := a.o \\\n", "obj-y := a.o \\\n\n")]
    [InlineData("# the list goes on\n", "# the list goes on \\\n")]
    [InlineData("# of the text\n", "# of another text\n")]
    [InlineData("# of the text\n\n", "# of the text\n")]
    public void What_looks_like_a_comment_and_means_something_to_make_is_refused(string old, string made)
    {
        PatchRun run = Change("fs/Makefile", Makefile, old, made);
        Assert.Equal("KLP7004", run.Only.Code);
        Assert.Null(run.Result);
        Assert.NotEqual(Made(Makefile), Made(Makefile.Replace(old, made, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_rule_whose_recipe_is_a_comment_is_another_than_one_without()
    {
        Assert.Equal("KLP7004", Change("fs/Makefile", Makefile, "none2:\n\t# nothing\n", "none2:\n").Only.Code);
    }

    [Theory]
    [InlineData("# between\n", "# between the two\n\n")]
    [InlineData("\t  What it is for.\n", "\t  What it is good for.\n\n\t  # more\n")]
    [InlineData("\t    More of it.\n", "")]
    public void Comments_and_help_texts_of_a_Kconfig_file_are_passed_over(string old, string made) =>
        Assert.Equal("KLP7009", Change("fs/Kconfig", Kconfig, old, made).Only.Code);

    [Theory]
    [InlineData("\t  What it is for.\n", "\t  What it is for.\n default y\n")]
    [InlineData("\tdepends on B && \\\n", "\tdepends on B && \\\n\n")]
    [InlineData("\tbool \"d\"\n", "\tbool \"d\"\n\tdefault y\n")]
    [InlineData("# between\n", "# between\nconfig X\n")]
    [InlineData("\thelp\n", "")]
    public void What_says_more_to_Kconfig_is_refused(string old, string made) =>
        Assert.Equal("KLP7004", Change("fs/Kconfig", Kconfig, old, made).Only.Code);

    [Fact]
    public void Each_patch_of_a_series_counts_for_itself()
    {
        string once = Makefile.Replace("goes on", "goes further", StringComparison.Ordinal);
        string twice = once.Replace("c.o", "d.o", StringComparison.Ordinal);

        PatchRun run = PatchRun.Of(new Dictionary<string, string> { ["fs/Makefile"] = Makefile }, 1, Diff(Makefile, once), Diff(once, twice));

        Assert.Equal(["KLP7009", "KLP7004"], run.Diagnostics.Select(diagnostic => diagnostic.Code));
        Assert.Null(run.Result);
    }

    [Fact]
    public void Comments_that_are_for_another_version_do_not_apply()
    {
        string other = Makefile.Replace("the list goes on", "the list", StringComparison.Ordinal);
        PatchRun run = PatchRun.Of(new Dictionary<string, string> { ["fs/Makefile"] = Makefile }, 1, Diff(other, other.Replace("the list", "a list", StringComparison.Ordinal)));
        Assert.Equal("KLP7002", run.Only.Code);
    }

    private static PatchRun Change(string path, string text, string old, string made)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        string patch = Diff(text, text.Replace(old, made, StringComparison.Ordinal)).Replace("fs/Makefile", path, StringComparison.Ordinal);
        return PatchRun.Of(new Dictionary<string, string> { [path] = text }, 1, patch);
    }

    private static string Diff(string before, string after) => PatchRun.Diff(before, after).Replace("fs/x.c", "fs/Makefile", StringComparison.Ordinal);

    // What make knows of it: its variables and rules, and what it would run; or what is wrong with it.
    private static string Made(string text)
    {
        using TempFolder folder = new();
        folder.Write("Makefile", text);
        string known = Tool.Run("sh", "-c", $"env -i PATH=$PATH make -C {folder.Path} -pn --no-print-directory -R -r 2>&1 || echo failed").Output;
        return string.Join('\n', known.Split('\n').Where(line => !line.StartsWith('#') && !line.Contains(folder.Path, StringComparison.Ordinal) && line.Length > 0));
    }
}
