using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Klp.Patching.Patches;

namespace Klp.Patching.Tests.Patches;

/// <summary>The numbers that lines have for the real compiler, before and after patches.</summary>
public partial class LineKeeperTests
{
    // Each leaves the lines behind it outside of everything.
    private static readonly string[] Blocks =
    [
        "/* one\n * ( two\n */\n",
        "#define M(a, b) \\\n\ta + \\\n\n",
        "#if 0\nprose :( that isn't C\n#endif\n",
        "#if 1\nint {0}a = __LINE__;\n#else\nint {0}a = (__LINE__);\n#endif\n",
        "#if 0\nint {0}b = __LINE__;\n#elif 1\nint {0}b = __LINE__;\n\nint {0}c = __LINE__;\n#endif\n",
        "#ifdef A\n#ifdef B\nint {0}d = __LINE__;\n#else\nint {0}d = 0;\n#endif\n#else\nint {0}d = __LINE__;\n#endif\n",
        "int {0}e = F(1,\n\t2,\n\t3);\n",
        "char {0}s[] = \"a ) string \\\ngoes on (\";\n",
        "// a comment ( \\\ngoes on (\nint {0}f = '(';\n",
        "int {0}g = F\n\t(4, 5,\n\t6);\n",
        "static int {0}h(int a)\n{{\n#ifdef A\n\tif (F(a,\n#else\n\tif (F(2,\n#endif\n\t\t3, 4))\n\t\treturn __LINE__;\n\treturn 0;\n}}\n",
        "#if 1 /* of\nlines ( */\nint {0}i = __LINE__;\n#endif\n",
        "\n",
        "  # define N (\n",
        "int {0}k = __LINE__;\n",
        "int {0}l = __LINE__;\n",
    ];

    private const string Head = "#define F(a, b, c) ((a) + (b) + (c))\n";

    [Fact]
    public void Unchanged_lines_have_their_numbers_for_the_compiler() => Gen.Select(
        Gen.Int[0, Blocks.Length - 1].Array[3, 20], Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 4]).Array[1, 4]).Sample(
        (blocks, edits) =>
        {
            string source = Head + string.Concat(blocks.Select((block, index) => string.Format(CultureInfo.InvariantCulture, Blocks[block], $"v{index}") + $"int u{index} = __LINE__;\n"));
            List<string> lines = [.. PatchText.Lines(Encoding.Latin1.GetBytes(source))];
            foreach ((int at, int kind) in edits)
                Edit(lines, 1 + (at % (lines.Count - 1)), kind);
            string after = string.Concat(lines);
            if (after == source)
                return;

            PatchedSource file = PatchRun.Of(source, PatchRun.Diff(source, after)).File;

            Assert.Equal(after, string.Concat(PatchText.Lines(file.Compiled).Where(line => !line.StartsWith("#line ", StringComparison.Ordinal))));
            Dictionary<string, string> old = Values(source), kept = Values(Encoding.Latin1.GetString(file.Compiled));
            Assert.All(kept.Where(value => value.Key.StartsWith('u') && old.ContainsKey(value.Key)), value => Assert.Equal((value.Key, old[value.Key]), (value.Key, value.Value)));
        },
        iter: 300, threads: 1);

    [Theory]
    [InlineData("gcc")]
    [InlineData(Tool.Arm64 + "gcc")]
    public void Functions_that_only_move_give_the_same_code(string compiler)
    {
        const string source = "void warn(int);\n/* a\n comment */\nvoid f(void)\n{\n\twarn(__LINE__);\n}\n#define W(a, \\\n\tb) warn(__LINE__ + (b))\nvoid g(void)\n{\n\tW(1,\n\t  2);\n}\n";
        string moved = "/* more\n */\n" + source.Replace("comment", "changed\n\n comment", StringComparison.Ordinal)
            .Replace("(a, \\\n", "(a, \\\n\t\\\n", StringComparison.Ordinal) + "\n/* end */\n";

        PatchedSource file = PatchRun.Of(source, PatchRun.Diff(source, moved)).File;

        Assert.Equal(Code(compiler, source), Code(compiler, Encoding.Latin1.GetString(file.Compiled)));
        Assert.NotEqual(Code(compiler, source), Code(compiler, moved));
    }

    [Fact]
    public void Errors_are_found_at_their_lines_whatever_was_added()
    {
        string source = string.Concat(Enumerable.Range(1, 30).Select(number => $"int f{number}(void) {{ return {number}; }}\n"));
        string after = source.Replace("int f5(", "int new1(void) { return a1; }\nint new2(void) { return a2; }\nint f5(", StringComparison.Ordinal)
            .Replace("return 12;", "return a12;", StringComparison.Ordinal).Replace("int f20(void) { return 20; }\n", "", StringComparison.Ordinal)
            .Replace("return 25;", "return\n(\n25 + a25);", StringComparison.Ordinal);
        PatchedSource file = PatchRun.Of(source, PatchRun.Diff(source, after)).File;
        using TempFolder folder = new();
        folder.Write("x.c", file.Compiled);

        string[] errors = Tool.RunFailing("gcc", "-c", "-o", folder["x.o"], folder["x.c"]).Errors.Split('\n');

        string[] lines = after.Split('\n');
        Match[] found = [.. errors.Select(line => ErrorLine().Match(line)).Where(match => match.Success)];
        Assert.Equal(["a1", "a2", "a12", "a25"], found.Select(match => match.Groups["name"].Value));
        Assert.All(found, match =>
        {
            int line = file.PatchedLineOf(int.Parse(match.Groups["line"].ValueSpan, CultureInfo.InvariantCulture));
            Assert.Contains(match.Groups["name"].Value, lines[line - 1], StringComparison.Ordinal);
            Assert.NotNull(file.PatchLineOf(line));
        });
    }

    [Fact]
    public void A_generated_file_keeps_the_numbers_that_it_gives_itself()
    {
        string source = "int a;\nint b;\n#line 500 \"x.y\"\nint c = __LINE__;\nint d;\nint e = __LINE__;\n";

        PatchedSource file = PatchRun.Of(source, PatchRun.Diff(source, "\n" + source.Replace("int d;\n", "", StringComparison.Ordinal))).File;

        Assert.Equal(Values(source), Values(Encoding.Latin1.GetString(file.Compiled)));
    }

    // A blank line, a line more, one less, a condition around what follows, or another line.
    private static void Edit(List<string> lines, int at, int kind)
    {
        // A string or a macro that is cut in two is no C.
        if (lines[at - 1].TrimEnd().EndsWith('\\'))
            return;
        bool isVariable = lines[at].StartsWith("int u", StringComparison.Ordinal);
        if (kind == 0 || (kind < 4 && !isVariable))
            lines.Insert(at, "\n");
        else if (kind == 1)
            lines.Insert(at, "int more = 1; int\n");
        else if (kind == 2)
            lines.RemoveAt(at);
        else if (kind == 3)
            lines.InsertRange(at, ["#if 0\n", "( more\n", "#else\n", "\n", "#endif\n"]);
        else if (isVariable)
            lines[at] = "\n";
    }

    // What the preprocessor makes of the lines that say their number.
    private static Dictionary<string, string> Values(string source)
    {
        using TempFolder folder = new();
        folder.Write("x.c", Encoding.Latin1.GetBytes(source));
        Dictionary<string, string> values = [];
        foreach (Match match in Variable().Matches(Tool.Run("gcc", "-E", "-P", "-w", folder["x.c"]).Output))
            values[match.Groups["name"].Value] = match.Groups["value"].Value;
        return values;
    }

    private static string Code(string compiler, string source)
    {
        using TempFolder folder = new();
        folder.Write("x.c", Encoding.Latin1.GetBytes(source));
        Tool.Run(compiler, "-O2", "-S", "-o", folder["x.s"], folder["x.c"]);
        return File.ReadAllText(folder["x.s"]);
    }

    [GeneratedRegex(@"int (?<name>\w+) = (?<value>\d+);")]
    private static partial Regex Variable();

    [GeneratedRegex(@"x\.c:(?<line>\d+):\d+: error: '(?<name>\w+)' undeclared")]
    private static partial Regex ErrorLine();
}
