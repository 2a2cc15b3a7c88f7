using System.Text.RegularExpressions;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>docs/reference.md against the targets and tasks.</summary>
public sealed partial class ReferenceTests
{
    // Of MSBuild itself.
    private static readonly string[] OtherMetadata = ["DefiningProjectFullPath", "FullPath", "ModifiedTime"];

    private static readonly string Targets = string.Concat(((string[])["Sdk", "targets"])
        .SelectMany(folder => Directory.GetFiles(Repository.Combine("src", "Klp.Sdk", folder)))
        .Select(File.ReadAllText));

    private static readonly string Tasks = string.Concat(Directory.GetFiles(Repository.Combine("src", "Klp.Build.Tasks"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    private static readonly string Reference = File.ReadAllText(Repository.Combine("docs", "reference.md"));

    [Fact]
    public void Every_property_item_and_target_is_in_the_reference_and_no_other()
    {
        string[] used =
        [
            .. Names(Property(), Targets), .. Names(PropertyElement(), Targets), .. Names(Item(), Targets), .. Names(Target(), Targets),
        ];

        Assert.Equal(used.Distinct().Order(StringComparer.Ordinal), Names(Row(), Reference).Where(name => name.Contains("Klp", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metadata_that_is_read_is_in_the_reference()
    {
        string[] documented = [.. Names(Quoted(), Reference)];

        Assert.Empty(Names(Metadata(), Tasks).Distinct().Except(documented).Except(OtherMetadata));
    }

    private static IEnumerable<string> Names(Regex pattern, string text) => pattern.Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\$\((Klp\w+|EnableDefaultKlp\w+)[.)]")]
    private static partial Regex Property();

    [GeneratedRegex(@"<(Klp\w+)(?: Condition=""[^""]*"")?>")]
    private static partial Regex PropertyElement();

    // KlpSource Include="…" makes items; @(KlpSource) uses them.
    [GeneratedRegex(@"(?:@\(|<)(Klp\w+)(?:\)|->| Include| Remove)")]
    private static partial Regex Item();

    [GeneratedRegex(@"<Target Name=""(Klp\w+)""")]
    private static partial Regex Target();

    [GeneratedRegex(@"GetMetadata\(""(\w+)""\)")]
    private static partial Regex Metadata();

    [GeneratedRegex(@"(?m)^\| `(\w+)` \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Quoted();
}
