using System.Text;
using CsCheck;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Patches;

/// <summary>Random patches, compared with GNU patch and git. A failure prints the seed that repeats it.</summary>
public class PatchOracleTests
{
    private const long Times = 100;

    // Few different lines, so that the same stand at several places.
    private static readonly Gen<string[]> Lines = Gen.OneOf("a", "b", "c", "", "d", "e", "f", "g", "\tx").Array[0, 25];

    [Fact]
    public void Random_patches_apply_as_with_patch_and_git() => Gen.Select(Lines, Lines, Gen.Bool, Gen.Bool, Gen.Int[1, 3]).Sample(
        (before, after, isBeforeEnded, isAfterEnded, context) =>
        {
            (string old, string made) = (Text(before, isBeforeEnded), Text(after, isAfterEnded));
            if (old == made)
                return;
            string patch = PatchRun.Diff(old, made, context);

            PatchRun run = PatchRun.Of(old, patch);

            Assert.Empty(run.Diagnostics);
            Assert.Equal(made, run.Text);
            Assert.Equal(made, ByPatch(old, patch));
            Assert.Equal(made, ByGit(old, patch));
        },
        iter: Times, threads: 1);

    [Fact]
    public void What_applies_at_another_line_applies_as_with_patch() => Gen.Select(Lines, Lines, Gen.Int[1, 4], Gen.Int[0, 20]).Sample(
        (before, after, more, seed) =>
        {
            (string old, string made) = (Text(before, true), Text(after, true));
            if (old == made)
                return;
            string moved = string.Concat(Enumerable.Range(0, more).Select(index => $"{"abcdefg"[(seed + index) % 7]}\n")) + old;
            string patch = PatchRun.Diff(old, made);

            PatchRun run = PatchRun.Of(moved, patch);

            if (run.Result is not null)
                Assert.Equal(ByPatch(moved, patch), run.Text);
            else
                Assert.All(run.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error), error => Assert.True(error.Code is "KLP7002" or "KLP7003", error.ToString()));
        },
        iter: Times, threads: 1);

    private static string Text(string[] lines, bool isEnded) => isEnded || lines.Length == 0 ? string.Concat(lines.Select(line => line + "\n"))
        : string.Join('\n', lines[..^1].Append(lines[^1].Length == 0 ? "end" : lines[^1]));

    private static string ByPatch(string before, string patch)
    {
        using TempFolder folder = new();
        folder.Write("x.c", Encoding.Latin1.GetBytes(before));
        Tool.RunWithInput("patch", patch, "--binary", "-F0", "-s", "-o", folder["out"], folder["x.c"]);
        return Encoding.Latin1.GetString(File.ReadAllBytes(folder["out"]));
    }

    private static string ByGit(string before, string patch)
    {
        using TempFolder folder = new();
        folder.Write("fs/x.c", before);
        folder.Write("p", Encoding.Latin1.GetBytes(patch));
        Tool.Run("git", "-C", folder.Path, "apply", "--whitespace=nowarn", folder["p"]);
        return File.Exists(folder["fs/x.c"]) ? Encoding.Latin1.GetString(File.ReadAllBytes(folder["fs/x.c"])) : "";
    }
}
