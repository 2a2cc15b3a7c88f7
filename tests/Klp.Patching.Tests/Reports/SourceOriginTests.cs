using Klp.Kbuild.Patching;
using Klp.Patching.Diff;
using Klp.Patching.Patches;
using Klp.Patching.Tests.Extraction;
using Klp.Patching.Tests.Patches;

namespace Klp.Patching.Tests.Reports;

/// <summary>Which lines of a patch are in the code of which function.</summary>
public sealed class SourceOriginTests
{
    private const string Source = """
        extern int used(int);
        #define LIMIT 7
        static inline __attribute__((always_inline)) int copied(int x)
        {
            return used(x + 1);
        }
        int first(int x)
        {
            return copied(x) + LIMIT;
        }
        int second(int x)
        {
            used(x);
            return used(x * 3);
        }

        """;

    [Fact]
    public void A_changed_line_is_in_its_function() =>
        Assert.Equal(["second: 14 second"], Origins("x * 3", "x * 5"));

    [Fact]
    public void An_added_line_is_in_the_function_around_it() =>
        Assert.Equal(["second: 14 second"], Origins("    return used(x * 3);", "    used(9);\n    return used(x * 3);"));

    [Fact]
    public void A_deleted_line_was_in_its_function() =>
        Assert.Equal(["second: 13 second"], Origins("    used(x);\n", ""));

    [Fact]
    public void The_line_of_an_inlined_function_is_in_the_one_that_has_the_copy() =>
        Assert.Equal(["first: 5 copied"], Origins("x + 1", "x + 2"));

    [Fact]
    public void A_line_that_begins_an_inlined_function_is_in_the_one_that_has_the_copy() =>
        Assert.Equal(["first: 5 copied"], Origins("    return used(x + 1);", "    used(8);\n    return used(x + 1);"));

    [Fact]
    public void The_line_of_a_macro_is_in_none() =>
        Assert.Equal(["first:"], Origins("LIMIT 7", "LIMIT 8"));

    // Its lines have the numbers that the lines behind it had, for which the compiler takes them.
    [Fact]
    public void A_function_that_is_put_before_another_is_not_in_it() =>
        Assert.Equal(["second: 14 second"], Origins(
            "int second(int x)\n{\n    used(x);\n    return used(x * 3);", "int more(int x)\n{\n    used(4);\n    used(5);\n    return used(6);\n}\nint second(int x)\n{\n    used(x);\n    return used(x * 5);"));

    [Fact]
    public void A_new_function_of_which_there_is_a_copy_is_in_the_one_that_has_it() =>
        Assert.Equal(["second: 11 added", "second: 14 second"], Origins(
            "int second(int x)\n{\n    used(x);\n    return used(x * 3);",
            "static inline __attribute__((always_inline)) int added(int x)\n{\n    return used(x - 4);\n}\nint second(int x)\n{\n    used(x);\n    return added(x * 3);"));

    // Each changed function: the lines of the original at which there are changes in it, and whose they are.
    private static IEnumerable<string> Origins(string old, string made)
    {
        Assert.Contains(old, Source, StringComparison.Ordinal);
        string text = Source.Replace(old, made, StringComparison.Ordinal);
        PatchedSource file = PatchRun.Of(new Dictionary<string, string> { ["unit.c"] = Source }, 1, PatchRun.Diff(Source, text).Replace("fs/x.c", "unit.c", StringComparison.Ordinal)).File;
        using SmallKernel kernel = new(Source);
        UnitDiff diff = kernel.Diff(System.Text.Encoding.Latin1.GetString(file.Compiled));
        SourceOrigins origins = new([file], diff);
        return [.. diff.Changed.Where(part => part.Kind == PartKind.Function).SelectMany(part => origins.Of(part) is { Count: > 0 } found
            ? found.Select(origin => $"{part.Name}: {origin.Change.OriginalBefore + 1} {origin.Function}")
            : [$"{part.Name}:"])];
    }
}
