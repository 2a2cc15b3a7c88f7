using System.Text;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Patches;

/// <summary>Which files a patch may change, and what is told of where it applies.</summary>
public class PatchApplicationTests
{
    private const string New = "@@ -0,0 +1,2 @@\n+int a;\n+int b;\n";

    [Theory]
    [InlineData("fs/Kconfig", "KLP7004")]
    [InlineData("fs/Makefile", "KLP7004")]
    [InlineData("arch/arm64/configs/defconfig", "KLP7004")]
    [InlineData("arch/arm64/boot/dts/x.dts", "KLP7004")]
    [InlineData("drivers/x.rs", "KLP7004")]
    [InlineData("scripts/x.sh", "KLP7004")]
    [InlineData("scripts/mod/modpost.c", "KLP7004")]
    [InlineData("Documentation/x.rst", "KLP7009")]
    [InlineData("MAINTAINERS", "KLP7009")]
    [InlineData("tools/testing/selftests/x.c", "KLP7009")]
    public void A_file_that_is_no_source_is_refused_or_passed_over(string path, string code)
    {
        string patch = PatchRun.Diff(PatchRun.Numbers(9), "x\n" + PatchRun.Numbers(9)).Replace("fs/x.c", path, StringComparison.Ordinal);

        PatchRun run = PatchRun.Of(new Dictionary<string, string> { [path] = PatchRun.Numbers(9) }, 1, patch);

        Assert.Equal(code, run.Only.Code);
        Assert.Contains(path, run.Only.Message, StringComparison.Ordinal);
        Assert.Equal(code == "KLP7009", run.Result is not null);
    }

    [Theory]
    [InlineData("fs/x.c fs/y.c", "similarity index 100%\nrename from fs/x.c\nrename to fs/y.c\n", "fs/y.c")]
    [InlineData("fs/x.c fs/y.c", "similarity index 100%\ncopy from fs/x.c\ncopy to fs/y.c\n", "fs/y.c")]
    [InlineData("fs/x.c fs/x.c", "index 1..2\nGIT binary patch\nliteral 3\nKcmZ\n\n", "fs/x.c")]
    [InlineData("fs/x.c fs/x.c", "deleted file mode 100644\n", "fs/x.c")]
    [InlineData("fs/y.c fs/y.c", "new file mode 100644\n", "fs/y.c")]
    [InlineData("fs/y.h fs/y.h", "new file mode 120000\n--- /dev/null\n+++ b/fs/y.h\n@@ -0,0 +1 @@\n+x.h\n\\ No newline at end of file\n", "fs/y.h")]
    public void What_is_no_change_of_lines_is_refused_by_name(string names, string header, string name)
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), $"diff --git a/{names.Replace(" ", " b/", StringComparison.Ordinal)}\n{header}");

        Assert.Equal(("KLP7004", DiagnosticSeverity.Error), (run.Only.Code, run.Only.Severity));
        Assert.Contains(name, run.Only.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assembler_is_compiled_as_the_patch_leaves_it_without_directives_for_lines()
    {
        const string path = "arch/arm64/lib/x.S";
        string before = PatchRun.Numbers(9), patch = PatchRun.Diff(before, "# don't\n" + before).Replace("fs/x.c", path, StringComparison.Ordinal);
        PatchRun run = PatchRun.Of(new Dictionary<string, string> { [path] = before }, 1, patch);

        Assert.Empty(run.Diagnostics);
        Assert.Equal(Encoding.Latin1.GetString(run.File.Patched), Encoding.Latin1.GetString(run.File.Compiled));
        Assert.Equal(4, run.File.PatchedLineOf(4));
    }

    [Fact]
    public void A_renamed_file_is_refused_with_both_names_at_the_line_that_says_so()
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), "diff --git a/fs/x.c b/fs/y.c\nsimilarity index 90%\nrename from fs/x.c\nrename to fs/y.c\n");

        Assert.Equal(("KLP7004", 3), (run.Only.Code, run.Only.Place!.Line));
        Assert.Contains("of fs/y.c: it is renamed from fs/x.c,", run.Only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Documentation/x.rst Documentation/y.rst", "similarity index 100%\nrename from Documentation/x.rst\nrename to Documentation/y.rst\n")]
    [InlineData("Documentation/x.png Documentation/x.png", "index 1..2\nGIT binary patch\nliteral 3\nKcmZ\n\n")]
    [InlineData("Documentation/x.png Documentation/x.png", "index 1..2\nBinary files a/Documentation/x.png and b/Documentation/x.png differ\n")]
    [InlineData("scripts/x.sh scripts/x.sh", "old mode 100644\nnew mode 100755\n")]
    public void What_has_no_effect_is_passed_over_in_every_form(string names, string header)
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), $"diff --git a/{names.Replace(" ", " b/", StringComparison.Ordinal)}\n{header}");

        Assert.Equal("KLP7009", run.Only.Code);
        Assert.NotNull(run.Result);
    }

    [Theory]
    [InlineData("--- /dev/null\n+++ b/fs/new.h\n")]
    [InlineData("--- a/fs/new.h\t1970-01-01 01:00:00.000000000 +0100\n+++ b/fs/new.h\t2026-11-28 12:00:00.000000000 +0100\n")]
    [InlineData("diff --git a/fs/new.h b/fs/new.h\nnew file mode 100644\nindex 000..456\n--- /dev/null\n+++ b/fs/new.h\n")]
    public void A_header_may_be_new(string names)
    {
        PatchRun run = PatchRun.Of("", names + New);

        Assert.Empty(run.Diagnostics);
        Assert.True(run.File.IsNew);
        Assert.Equal("int a;\nint b;\n", run.Text);
        PatchRun twice = PatchRun.Of(new Dictionary<string, string> { ["fs/new.h"] = "int a;\nint b;\n" }, 1, names + New);
        Assert.Contains("applied already", twice.Only.Message, StringComparison.Ordinal);
    }

    // As files have it that a package of reproducible builds unpacked.
    [Fact]
    public void Files_of_the_epoch_exist()
    {
        string before = PatchRun.Numbers(9), after = before.Replace("v5", "w5", StringComparison.Ordinal);
        string patch = PatchRun.Diff(before, after);
        string time = "\t1970-01-01 00:00:00.000000000 +0000\n";

        PatchRun run = PatchRun.Of(before, patch.Replace("a/fs/x.c\n", "a/fs/x.c" + time, StringComparison.Ordinal).Replace("b/fs/x.c\n", "b/fs/x.c" + time, StringComparison.Ordinal));

        Assert.Empty(run.Diagnostics);
        Assert.Equal(after, run.Text);
    }

    [Fact]
    public void Fuzz_is_refused_at_the_line_that_differs()
    {
        string before = PatchRun.Numbers(9), patch = PatchRun.Diff(before, before.Replace("v5", "w5", StringComparison.Ordinal));

        PatchRun run = PatchRun.Of(before.Replace("v2", "w2", StringComparison.Ordinal), patch);

        Assert.Equal(("KLP7003", 4), (run.Only.Code, run.Only.Place!.Line));
        Assert.Contains("'int v2;' is 'int w2;'", run.Only.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_places_are_refused_and_named()
    {
        string before = PatchRun.Numbers(9), patch = PatchRun.Diff(before, before.Replace("v5", "w5", StringComparison.Ordinal));

        PatchRun run = PatchRun.Of("\n" + before + before, patch);

        Assert.Equal("KLP7003", run.Only.Code);
        Assert.Contains("both at line 3 and at line 12", run.Only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Line_ends_of_the_file_are_kept(bool isPatchCrlf, bool isFileCrlf)
    {
        string before = PatchRun.Numbers(9), after = before.Replace("v5", "w5", StringComparison.Ordinal);
        string patch = isFileCrlf ? PatchRun.Diff(Crlf(before), Crlf(after)) : PatchRun.Diff(before, after);

        PatchRun run = PatchRun.Of(isFileCrlf ? Crlf(before) : before, isPatchCrlf ? Crlf(patch) : patch);

        Assert.Equal(isFileCrlf ? Crlf(after) : after, run.Text);
        Assert.Equal(isPatchCrlf && !isFileCrlf ? 1 : 0, run.Diagnostics.Count);
    }

    [Fact]
    public void A_hunk_that_only_adds_without_context_is_not_put_elsewhere()
    {
        string before = PatchRun.Numbers(9);
        string patch = "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -2 +2 @@\n-int v2;\n+int w2;\n@@ -5,0 +6 @@\n+int w5;\n";

        Assert.Contains("int v5;\nint w5;\n", PatchRun.Of(before, patch).Text, StringComparison.Ordinal);
        PatchRun moved = PatchRun.Of("\n" + before, patch);
        Assert.Null(moved.Result);
        Assert.Equal("KLP7003", moved.Diagnostics.Single(found => found.Severity == DiagnosticSeverity.Error).Code);
    }

    [Fact]
    public async Task Searching_takes_no_longer_where_all_lines_are_equal()
    {
        string same = string.Concat(Enumerable.Repeat("x;\n", 100000));
        string patch = $"--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,30002 +1,30001 @@\n{string.Concat(Enumerable.Repeat(" x;\n", 30000))}-y;\n+z;\n-w;\n";

        PatchRun run = await Task.Run(() => PatchRun.Of(same, patch)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(run.Diagnostics.HasErrors);
    }

    [Fact]
    public void An_error_of_before_is_not_the_patches()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = [];
        diagnostics.AddError("KLP0012", "of something else");
        string before = PatchRun.Numbers(9), patch = PatchRun.Diff(before, before + "int more;\n");

        Assert.NotNull(Klp.Patching.Patches.PatchSeries.Apply([new(folder.Write("p", patch), 1, null)], _ => Encoding.Latin1.GetBytes(before), diagnostics));
    }

    private static string Crlf(string text) => text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    [Fact]
    public void Blanks_that_a_mailer_changed_are_told_as_what_they_are()
    {
        PatchRun run = PatchRun.Of("int a;\n\tint b;\nint c;\n", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,3 +1,3 @@\n int a;\n-        int b;\n+        long b;\n int c;\n");

        Assert.Equal("KLP7002", run.Only.Code);
        Assert.EndsWith("Only blanks differ: a mailer or an editor changed them. Take the patch from its source again.", run.Only.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KLP7002", "@@ -20,0 +21 @@\n+int z;\n", "Expected a line 20, found the end of the file.")]
    [InlineData("KLP7003", "@@ -1,3 +1,3 @@\n int a;\n-int b;\n+int z;\n int c;\n", "('int c;' is the end of the file there)")]
    public void What_would_be_behind_the_end_is_told(string code, string hunk, string message)
    {
        PatchRun run = PatchRun.Of("int a;\nint b;\n", "--- a/fs/x.c\n+++ b/fs/x.c\n" + hunk);

        Assert.Equal(code, run.Only.Code);
        Assert.Contains(message, run.Only.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_that_is_there_is_not_told_as_new()
    {
        PatchRun run = PatchRun.Of("int a;\n", "--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1 @@\n+int b;\n");

        Assert.Equal("KLP7002", run.Only.Code);
        Assert.Contains("it creates fs/x.c, which the kernel's source has already", run.Only.Message, StringComparison.Ordinal);
    }
}
