using CsCheck;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Patches;

/// <summary>The forms in which a patch may come, and what is said of those that are damaged.</summary>
public class UnifiedDiffTests
{
    private const string Names = "--- a/fs/x.c\n+++ b/fs/x.c\n";
    private const string Hunk = "@@ -1,3 +1,3 @@ section of anything\n int v1;\n-int v2;\n+long v2;\n int v3;\n";
    private const string After = "int v1;\nlong v2;\nint v3;\n";

    public static TheoryData<string> GoodForms =>
    [
        Names + Hunk,
        "diff --git a/fs/x.c b/fs/x.c\nindex 123..456 100644\n" + Names + Hunk,
        "diff --git a/fs/x.c b/fs/x.c\nold mode 100644\nnew mode 100755\nindex 123..456\n" + Names + Hunk,
        "From: A Person <a@b.c>\nSubject: [PATCH] x\n\nA message with --- dashes,\n--- of which some begin a line\nand + signs.\n---\n fs/x.c | 2 +-\n\n" + Names + Hunk + "-- \n2.40.1\n\n",
        "Index: fs/x.c\n=====================\n--- linux/fs/x.c\t2026-11-28 12:00:00.000000000 +0100\n+++ linux-new/fs/x.c\t2026-11-28 12:00:01.000000000 +0100\n" + Hunk,
        "--- a/fs/x.c 2026-11-28 12:00:00\n+++ b/fs/x.c Sat Nov 28 12:00:01 2026\n" + Hunk,
        "--- a//fs/x.c\n+++ b/./fs/x.c\n" + Hunk,
        "--- \"a/fs/\\170.c\"\n+++ \"b/fs/x.c\"\n" + Hunk,
        "--- a/fs/x.c.orig\n+++ b/fs/x.c\n" + Hunk,
        "--- a/fs/x.c\n+++ b/fs/x.c.new\n" + Hunk,
        Names + "@@ -2 +2 @@\n-int v2;\n+long v2;\n",
        (Names + Hunk)[..^1],
        "\u00ef\u00bb\u00bf" + Names + Hunk,
    ];

    // With the line of the error.
    public static TheoryData<string, int> BadForms => new()
    {
        { "", 1 },
        { "nothing\n", 1 },
        { Names, 2 },
        { Names + "int x;\n", 3 },
        { Hunk, 1 },
        { Names + "@@ -1,3 +1,3\n", 3 },
        { Names + "@@ -0,3 +1,3 @@\n int v1;\n", 3 },
        { Names + "@@ -99999999999,3 +1,3 @@\n int v1;\n", 3 },
        { Names + "@@ -1,2000000000 +1,2000000000 @@\n int v1;\n", 3 },
        { Names + "@@ -1,90000000 +1,90000000 @@\n int v1;\n", 4 },
        { Names + "@@ -1,2 +1,2 @@\n int v1;\nint v2;\n", 5 },
        { Names + "@@ -1,2 +1,1 @@\n int v1;\n+long v2;\n-int v2;\n", 5 },
        { Names + Hunk + "+int v4;\n", 8 },
        { Names + Hunk + " int v4;\n", 8 },
        { Names + Hunk + "@@ -3 +3 @@\n-int v3;\n+long v3;\n", 8 },
        { Names + "@@ -1 +1 @@\n\\ No newline\n-int v1;\n+long v1;\n", 4 },
        { Names + "@@ -1,2 +1,2 @@\n-int v1;\n\\ No newline\n-int v2;\n+long v1;\n+long v2;\n", 3 },
        { "--- \"a/fs/x.c\n+++ b/fs/x.c\n" + Hunk, 1 },
        { "--- \"a/fs/\\q.c\"\n+++ b/fs/x.c\n" + Hunk, 1 },
        { "--- /dev/null\n+++ /dev/null\n" + Hunk, 2 },
        { "--- /dev/null\n+++ b/fs/x.h\n" + Hunk, 3 },
        { "--- x.c\n+++ x.c\n" + Hunk, 5 },
        { "--- a/../../etc/x.c\n+++ b/../../etc/x.c\n" + Hunk, 5 },
        { "*** a/fs/x.c\n--- b/fs/x.c\n***************\n*** 1 ****\n", 3 },
        { "Subject: fix\nContent-Transfer-Encoding: Quoted-Printable\n\n--- a/fs/x.c\n+++ b/fs/x.c\n" + Hunk, 2 },
        { "content-transfer-encoding: base64\n\nLS0tIGEvZnMveC5jCg=\n", 1 },
        { "diff --cc fs/x.c\nindex 1,2..3\n", 1 },
        { "\u00ff\u00fe-\0-\0", 1 },
    };

    [Theory]
    [MemberData(nameof(GoodForms))]
    public void A_form_of_a_patch_is_read(string patch)
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), patch);

        Assert.Empty(run.Diagnostics);
        Assert.Equal(After, run.Text);
    }

    [Theory]
    [MemberData(nameof(BadForms))]
    public void A_damaged_patch_is_told_with_its_line(string patch, int line)
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), patch);

        Assert.Null(run.Result);
        Assert.Equal("KLP7001", run.Only.Code);
        Assert.Equal(line, run.Only.Place!.Line);
    }

    [Theory]
    [InlineData(0, "fs/x.c")]
    [InlineData(2, "linux/a/fs/x.c")]
    [InlineData(2, "/linux//fs/x.c")]
    [InlineData(0, "./fs/x.c")]
    public void Directories_are_stripped_as_patch_does(int strip, string name)
    {
        string patch = $"--- {name}\n+++ {name}\n" + Hunk;

        Assert.Equal(After, PatchRun.Of(new Dictionary<string, string> { ["fs/x.c"] = PatchRun.Numbers(3) }, strip, patch).Text);
    }

    [Fact]
    public void A_name_that_was_stripped_wrongly_is_told_with_the_right_number()
    {
        PatchRun run = PatchRun.Of(PatchRun.Numbers(3), "--- linux/a/fs/x.c\n+++ linux/a/fs/x.c\n" + Hunk);

        Assert.Equal("KLP7002", run.Only.Code);
        Assert.Contains($"{HostWord.Strip} of 2", run.Only.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_is_no_exception() => Gen.Select(Gen.Int[0, 11], Gen.Int[0, 200], Gen.OneOf('\n', '\r', '-', '+', ' ', '@', '\\', '"', '\0', '9', 'd'), Gen.Int[0, 3]).Array[1, 4].Sample(
        damages =>
        {
            string patch = "diff --git a/fs/x.c b/fs/x.c\nnew mode 100755\n" + Names + Hunk + "@@ -5,2 +5,2 @@\n int v5;\n-int v6;\n\\ No newline at end of file\n+int v6;\n";
            foreach ((int kind, int at, char character, int length) in damages)
            {
                int place = at % Math.Max(1, patch.Length);
                patch = kind < 4 ? patch[..place] : kind < 8 ? patch.Insert(Math.Min(place, patch.Length), new string(character, length))
                    : patch.Remove(Math.Min(place, patch.Length), Math.Min(length, Math.Max(0, patch.Length - place)));
            }

            PatchRun run = PatchRun.Of(PatchRun.Numbers(6)[..^1], patch);
            Assert.True(run.Result is not null || run.Diagnostics.HasErrors);
        },
        iter: 2000);

    [Fact]
    public void A_patch_that_cannot_be_read_is_told()
    {
        DiagnosticBag diagnostics = [];
        SourcePlace place = new("x.csproj", 3);

        Assert.Null(Klp.Patching.Patches.PatchSeries.Apply([new("/nowhere/x.patch", 1, place)], _ => null, diagnostics));
        Assert.Equal(("KLP0012", place), (Assert.Single(diagnostics).Code, diagnostics.Single().Place));
    }
}
