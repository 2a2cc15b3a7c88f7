using System.Reflection;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>docs/diagnostics has a page for each code, and its README a line; both say what the catalogue says.</summary>
public sealed partial class DiagnosticPagesTests
{
    private static readonly string Folder = Repository.Find(Path.Combine("docs", "diagnostics"))
        ?? throw new InvalidOperationException($"docs/diagnostics is in no folder above {AppContext.BaseDirectory}.");

    private static readonly DiagnosticDescriptor[] Descriptors =
    [
        .. typeof(DiagnosticCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!)
            .OrderBy(descriptor => descriptor.Code, StringComparer.Ordinal),
    ];

    private static readonly string[] Codes = [.. Descriptors.Select(descriptor => descriptor.Code)];

    // Of these others write messages too: the tasks of what the project has, and the readers of texts that the kernel makes.
    private static readonly DiagnosticDescriptor[] AlsoOfTasks =
    [
        DiagnosticCodes.InputOutput, DiagnosticCodes.TableItemMalformed, DiagnosticCodes.VmlinuxUnreadable,
    ];

    public static TheoryData<string> AllCodes => [.. Codes];

    public static TheoryData<string> WrittenCodes =>
        [.. MessagePatterns.Codes.Except(AlsoOfTasks.Select(descriptor => descriptor.Code)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(AllCodes))]
    public void A_code_has_a_page_with_its_title_and_an_example(string code)
    {
        string[] page = File.ReadAllLines(Page(code));

        Assert.Equal($"# {code}: {Descriptors.Single(descriptor => descriptor.Code == code).Title}", page[0]);
        Assert.Contains(page, line => Example().Match(line) is { Success: true } match && match.Groups["code"].Value == code);
    }

    [Fact]
    public void A_code_that_a_target_reports_is_in_the_catalogue()
    {
        Assert.Empty(CodesInTargets().Except(Codes));
    }

    [Theory]
    [MemberData(nameof(WrittenCodes))]
    public void An_example_is_what_would_be_written(string code)
    {
        IEnumerable<string> examples = File.ReadLines(Page(code)).Select(line => Example().Match(line))
            .Where(match => match.Success && match.Groups["code"].Value == code)
            .Select(match => match.Groups["text"].Value);

        Assert.All(examples, example => Assert.True(MessagePatterns.CanWrite(code, example), example));
    }

    [Fact]
    public void A_code_means_one_thing()
    {
        Assert.Equal(Codes.Distinct(), Codes);
    }

    [Fact]
    public void A_page_belongs_to_a_code()
    {
        IEnumerable<string> pages = Directory.EnumerateFiles(Folder, "*.md").Select(Path.GetFileNameWithoutExtension).OfType<string>();

        Assert.Equal([.. Codes, "README"], pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_readme_lists_each_code_once()
    {
        IEnumerable<Match> rows = File.ReadLines(Page("README")).Select(line => Row().Match(line)).Where(match => match.Success);

        Assert.Equal(Codes, rows.Select(row => row.Groups["code"].Value));
        Assert.All(rows, row => Assert.Equal($"{row.Groups["code"].Value}.md", row.Groups["page"].Value));
        Assert.Equal(
            Descriptors,
            rows.Select(row => new DiagnosticDescriptor(
                row.Groups["code"].Value,
                Enum.Parse<DiagnosticSeverity>(row.Groups["severity"].Value, ignoreCase: true),
                row.Groups["title"].Value)));
    }

    [Fact]
    public void Links_lead_to_files()
    {
        foreach (string page in Directory.EnumerateFiles(Folder, "*.md"))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
                Assert.True(File.Exists(Path.Combine(Folder, link.Groups["target"].Value)), $"{Path.GetFileName(page)}: {link.Value} leads nowhere.");
        }
    }

    // Targets report what is wrong before a task can run.
    private static IEnumerable<string> CodesInTargets() =>
        from folder in new[] { Repository.Find(Path.Combine("src", "Klp.Sdk")) }.OfType<string>()
        from file in Directory.EnumerateFiles(folder, "*.targets", SearchOption.AllDirectories)
        from Match match in TargetsCode().Matches(File.ReadAllText(file))
        select match.Groups["code"].Value;

    private static string Page(string name) => Path.Combine(Folder, $"{name}.md");

    [GeneratedRegex(@"(?:error|warning|info) (?<code>KLP\d{4}): (?<text>.*)")]
    private static partial Regex Example();

    [GeneratedRegex(@"^\| \[(?<code>KLP\d{4})\]\((?<page>[^)]*)\) \| (?<title>[^|]+) \| (?<severity>error|warning|info) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex("""Code="(?<code>KLP\d{4})["]""")]
    private static partial Regex TargetsCode();
}
