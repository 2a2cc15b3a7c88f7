using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;

namespace Klp.Patching.Tests.Patches;

public sealed class PatchSeriesTests : IDisposable
{
    private const string Source = "int a;\nint b;\nint c;\nint f(int x)\n{\n\treturn x;\n}\nint d;\nint e;\nint g(int x)\n{\n\treturn x + __LINE__;\n}\n";

    private readonly TempFolder folder = new();
    private readonly DiagnosticBag diagnostics = new();

    [Fact]
    public void A_patch_gives_what_patch_gives()
    {
        string diff = Diff(Source, Source.Replace("return x;", "x++;\n\treturn x;", StringComparison.Ordinal));
        PatchedSource file = Assert.Single(Apply(Source, diff)!.Files);

        folder.Write("there/fs/x.c", Source);
        Tool.Run("patch", "-s", "-p1", "-d", folder["there"], "-i", folder.Write("p.patch", diff));
        Assert.Equal(File.ReadAllText(folder["there/fs/x.c"]), Encoding.Latin1.GetString(file.Patched));
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void The_changes_make_the_patched_file_of_the_original()
    {
        string patched = "new\n" + Source.Replace("int b;\nint c;\n", "", StringComparison.Ordinal).Replace("return x;", "x++;\n\treturn x;", StringComparison.Ordinal) + "last\n";
        PatchedSource file = Assert.Single(Apply(Source, Diff(Source, patched))!.Files);

        List<string> lines = [.. Source.Split('\n')];
        foreach (SourceChange change in file.Changes.Reverse())
        {
            Assert.Equal(lines.GetRange(change.OriginalBefore, change.Deleted.Count), change.Deleted);
            lines.RemoveRange(change.OriginalBefore, change.Deleted.Count);
            lines.InsertRange(change.OriginalBefore, change.Added);
        }

        Assert.Equal(patched, string.Join('\n', lines));
        Assert.All(file.Changes, change => Assert.Equal(change.Added, patched.Split('\n').Skip(change.PatchedBefore).Take(change.Added.Count)));
        // Where they are in the patch, in the patch's own words.
        string[] diff = File.ReadAllLines(file.FirstChange.File);
        Assert.Equal(["+new", "-int b;", "+\tx++;", "+last"], file.Changes.Select(change => diff[change.Place!.Line - 1]));
    }

    [Fact]
    public void The_lines_behind_a_change_keep_their_numbers_for_the_compiler()
    {
        string diff = Diff(Source, Source.Replace("return x;", "x++;\n\n\treturn x;", StringComparison.Ordinal));
        PatchedSource file = Assert.Single(Apply(Source, diff)!.Files);

        Assert.Equal(Function("original.c", Source), Function("patched.c", Encoding.Latin1.GetString(file.Compiled)));
        Assert.NotEqual(Function("original.c", Source), Function("patched.c", Encoding.Latin1.GetString(file.Patched)));
    }

    [Theory]
    [InlineData("FOO(a,\n    b,\n    c)\nint d;\n", 3)]
    [InlineData("/* one\n two\n three */\nint d;\n", 3)]
    [InlineData("#define X \\\n 1 \\\n + 2\nint d;\n", 3)]
    public void A_directive_stands_where_one_may(string source, int lines)
    {
        SourceScanner scanner = new();
        string[] all = source.Split('\n');
        for (int i = 0; i < lines; i++)
        {
            scanner.Scan(all[i] + "\n");
            Assert.Equal(i == lines - 1, scanner.IsSafe);
        }
    }

    [Fact]
    public void An_error_in_an_added_line_is_found_in_the_patch()
    {
        string patched = Source.Replace("return x;", "wrong;\n\treturn x;", StringComparison.Ordinal);
        PatchedSource file = Assert.Single(Apply(Source, Diff(Source, patched))!.Files);
        folder.Write("wrong.c", Encoding.Latin1.GetString(file.Compiled));

        string error = Tool.RunFailing("gcc", "-c", folder["wrong.c"], "-o", folder["wrong.o"]).Errors;
        int reported = int.Parse(error.Split('\n').First(line => line.Contains("error:", StringComparison.Ordinal)).Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(6, file.PatchedLineOf(reported));
        Assert.Equal("+\twrong;", File.ReadAllLines(folder["fix.patch"])[file.PatchLineOf(6)!.Line - 1]);
    }

    [Theory]
    [InlineData("KLP7001", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,3 +1,3 @@\n int a;\n-int b;\n")]
    [InlineData("KLP7001", "nothing at all\n")]
    [InlineData("KLP7004", "diff --git a/fs/x.c b/fs/y.c\nsimilarity index 90%\nrename from fs/x.c\nrename to fs/y.c\n")]
    [InlineData("KLP7001", "--- a/../etc/x.c\n+++ b/../etc/x.c\n@@ -1 +1 @@\n-a\n+b\n")]
    [InlineData("KLP7002", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,3 +1,3 @@\n int a;\n-int other;\n+int z;\n int c;\n")]
    [InlineData("KLP7002", "--- a/fs/none.c\n+++ b/fs/none.c\n@@ -1,3 +1,3 @@\n int a;\n-int b;\n+int z;\n int c;\n")]
    [InlineData("KLP7003", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -2,3 +2,3 @@\n int other;\n-int c;\n+int z;\n int f(int x)\n")]
    [InlineData("KLP7003", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -3 +3 @@\n-}\n+};\n")]
    [InlineData("KLP7004", "--- a/kernel/x.dts\n+++ b/kernel/x.dts\n@@ -1 +1 @@\n-nop\n+nop;\n")]
    [InlineData("KLP7004", "--- /dev/null\n+++ b/kernel/x.S\n@@ -0,0 +1 @@\n+nop\n")]
    [InlineData("KLP7004", "--- a/fs/Makefile\n+++ b/fs/Makefile\n@@ -1 +1 @@\n-a\n+b\n")]
    public void What_does_not_apply_for_certain_is_refused(string code, string patch)
    {
        PatchedSources? result = Apply(Source, patch);
        Diagnostic[] errors = [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        Assert.Null(result);
        Assert.Equal(code, Assert.Single(errors).Code);
    }

    [Fact]
    public void A_patch_that_is_applied_already_is_told_so()
    {
        string patched = Source.Replace("return x;", "x++;\n\treturn x;", StringComparison.Ordinal);
        Assert.Null(Apply(patched, Diff(Source, patched)));
        Assert.Contains("applied already", Assert.Single(diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_place_than_the_patch_says_is_told()
    {
        string patched = Source.Replace("return x;", "x++;\n\treturn x;", StringComparison.Ordinal);
        PatchedSource file = Assert.Single(Apply("int more;\n" + Source, Diff(Source, patched))!.Files);
        Assert.Equal("int more;\n" + patched, Encoding.Latin1.GetString(file.Patched));
        Assert.Equal("KLP7008", Assert.Single(diagnostics).Code);
    }

    [Fact]
    public void Each_patch_of_a_series_sees_what_the_one_before_left()
    {
        string once = Source.Replace("int c;", "int c1;", StringComparison.Ordinal), twice = once.Replace("int c1;", "int c2;", StringComparison.Ordinal);
        PatchInput[] patches = [Input("1.patch", Diff(Source, once)), Input("2.patch", Diff(once, twice))];
        PatchedSources result = PatchSeries.Apply(patches, _ => Encoding.Latin1.GetBytes(Source), diagnostics)!;
        Assert.Equal(twice, Encoding.Latin1.GetString(Assert.Single(result.Files).Patched));
    }

    public void Dispose() => folder.Dispose();

    private PatchedSources? Apply(string source, string patch) => PatchSeries.Apply(
        [Input("fix.patch", patch)], path => path is "fs/x.c" ? Encoding.Latin1.GetBytes(source) : null, diagnostics);

    private PatchInput Input(string name, string patch) => new(folder.Write(name, patch), 1, null);

    private string Diff(string before, string after) => Tool.RunFailing(
        "diff", "-u", "--label", "a/fs/x.c", "--label", "b/fs/x.c", folder.Write("before", before), folder.Write("after", after)).Output;

    // The code of the function that holds a line number.
    private string Function(string name, string source)
    {
        Tool.Run("gcc", "-Os", "-S", "-o", folder[name + ".s"], folder.Write(name, source));
        string code = File.ReadAllText(folder[name + ".s"]);
        return code[code.IndexOf("g:", StringComparison.Ordinal)..];
    }
}
