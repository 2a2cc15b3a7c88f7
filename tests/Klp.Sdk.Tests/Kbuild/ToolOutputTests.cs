using System.Text;
using System.Text.RegularExpressions;
using Klp.Kbuild.Output;
using Klp.Kernel.Diagnostics;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>
/// The folder ToolOutput has what compilers, binutils, make and the tools of several kernels said of small mistakes, recorded
/// by eng/tool-output.sh; the tools and their versions are in a record's name. What each is to be read as is beside it.
/// </summary>
public sealed partial class ToolOutputTests
{
    private const string Folder = "ToolOutput/";

    public static TheoryData<string> Records => [.. RecordNames];

    private static IEnumerable<string> RecordNames => typeof(ToolOutputTests).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal))
        .Select(name => name[Folder.Length..^".txt".Length])
        .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Records))]
    public void What_the_tools_of_each_version_say_is_read_alike(string record)
    {
        string actual = Read(Resource($"{record}.txt")!);

        // To be put beside the record when it is what the record says.
        string proposal = Path.Combine(AppContext.BaseDirectory, Folder, record + ".expected");
        Directory.CreateDirectory(Path.GetDirectoryName(proposal)!);
        File.WriteAllText(proposal, actual);
        Assert.True(Resource($"{record}.expected") == actual, $"{record} is read in another way than its .expected says; {proposal} has:\n{actual}");
    }

    [Fact]
    public void The_records_are_of_every_range_of_versions_that_is_supported()
    {
        string[] tools = ["linux-6.1.", "linux-6.12.", "linux-7.2.", "linux-7.3.", "gcc-12.", "gcc-14.", "gcc-15.", "gcc-16.", "clang-14.", "clang-16.", "clang-19.", "clang-22.", "clang-23."];
        Assert.All(tools, tool => Assert.Contains(RecordNames, record => record.StartsWith(tool, StringComparison.Ordinal)));
    }

    // Each case of a record begins with a line of eng/tool-output.sh's.
    private static string Read(string record)
    {
        StringBuilder text = new();
        MatchCollection cases = CaseLine().Matches(record);
        foreach ((int index, Match match) in cases.Index())
        {
            string output = record[(match.Index + match.Length)..(index + 1 < cases.Count ? cases[index + 1].Index : record.Length)];
            KbuildModule module = new("/stage/mod.o", match.Groups["open"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            text.Append($"== {match.Groups["case"].Value}\n");
            foreach (Diagnostic diagnostic in KbuildOutputParser.Parse(output.Split('\n'), new FakeKbuildFiles(), module, hasSucceeded: match.Groups["exit"].Value == "0"))
                text.Append($"{diagnostic}\n");
        }

        return text.ToString();
    }

    private static string? Resource(string name)
    {
        using Stream? stream = typeof(ToolOutputTests).Assembly.GetManifestResourceStream(Folder + name);
        if (stream is null)
            return null;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^== (?<case>\S+), exit (?<exit>\d+), open:(?<open>.*)\n", RegexOptions.Multiline)]
    private static partial Regex CaseLine();
}
