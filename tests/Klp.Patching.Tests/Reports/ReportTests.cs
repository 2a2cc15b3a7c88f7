using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Reports;

namespace Klp.Patching.Tests.Reports;

/// <summary>The report as a page, read as a browser reads it, and as text. Names and lines in it are whatever an author of patches wanted.</summary>
public sealed class ReportTests
{
    private const string Hostile = "</td></code></title></style><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'><!-- \u202e\u0007\u001b[2J";
    private const string Shown = "</td></code></title></style><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'><!-- ⟨U+202E⟩⟨U+0007⟩⟨U+001B⟩[2J";

    // What the page is made of; none of it runs, or brings in something.
    private static readonly HashSet<string> Elements =
    [
        "html", "head", "meta", "title", "style", "body", "header", "section", "footer", "h1", "h2", "h3", "p", "a", "b", "small", "code", "span", "div",
        "dl", "dt", "dd", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption",
    ];

    private static readonly HashSet<string> Attributes = ["lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "scope", "open", "colspan", "data-label"];

    [Fact]
    public void Whatever_stands_in_a_patch_is_text_of_the_page()
    {
        IHtmlDocument page = Parse(HtmlReport.Write(Explanation(Hostile)));

        Assert.All(page.All, element => Assert.Contains(element.LocalName, Elements));
        Assert.All(page.All.SelectMany(element => element.Attributes), attribute => Assert.Contains(attribute.Name, Attributes));
        Assert.All(page.QuerySelectorAll("a"), link => Assert.StartsWith("#", link.GetAttribute("href"), StringComparison.Ordinal));
        Assert.Empty(page.Descendants<IComment>());
        Assert.Equal("What became of " + Shown, page.Title);
        foreach (string selector in new[] { "h1", "dl", ".finding .message", ".finding .place", "h2 code", ".proof", "summary .name", "summary .reason", "figcaption", "table.source .text", "table.code .original.text", "table.code .patched.text .reference", "table.wide td", "table.wide th" })
            Assert.Contains(page.QuerySelectorAll(selector), element => element.TextContent.Contains(Shown, StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_stands_in_a_patch_a_terminal_only_shows()
    {
        string text = TextReport.Write(Explanation(Hostile));

        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n' && character != '\t');
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains(Shown, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Explanation(Hostile).ToText());
    }

    [Fact]
    public void The_page_stands_alone()
    {
        IHtmlDocument page = Parse(HtmlReport.Write(Explanation("x")));

        Assert.Equal("default-src 'none'; style-src 'unsafe-inline'", page.QuerySelector("meta[http-equiv=Content-Security-Policy]")!.GetAttribute("content"));
        string style = page.QuerySelector("style")!.TextContent;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
        Assert.Contains("@media print", style, StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_leads_to_each_function()
    {
        IHtmlDocument page = Parse(HtmlReport.Write(Explanation("f")));

        Assert.Contains("Replaces 2 functions in 1 object of Linux 7.2 (arm64).", page.QuerySelector(".outcome")!.TextContent, StringComparison.Ordinal);
        string link = page.QuerySelector("table.wide a")!.GetAttribute("href")!;
        Assert.Equal("f", page.QuerySelector($"{link} summary .name")!.TextContent);
        Assert.NotNull(page.QuerySelector(page.QuerySelector(".outcome a")!.GetAttribute("href")!));
    }

    [Fact]
    public void A_refused_patch_is_called_so_before_all_else()
    {
        PatchExplanation refused = Explanation("f") with { Findings = [new ExplainedFinding("error", "KLP7007", "fix.patch:3", "No.")] };

        IHtmlDocument page = Parse(HtmlReport.Write(refused));
        Assert.StartsWith("Refused", page.QuerySelector("header .outcome.refused")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Replaces", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("KLP7007", page.QuerySelector(".finding.error")!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("Refused", TextReport.Write(refused).Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Before_and_after_stand_beside_each_other()
    {
        IElement[] rows = [.. Parse(HtmlReport.Write(Explanation("f"))).QuerySelector("table.code")!.QuerySelectorAll("tr")];

        Assert.Equal(["skipped", "same", "changed", "removed", "added"], rows.Select(row => row.ClassName));
        Assert.Equal(["12 instructions as before"], rows[0].Children.Select(cell => cell.TextContent));
        Assert.Equal(["4", "f f", "8", "f f"], rows[2].Children.Select(cell => cell.TextContent));
        Assert.Equal(["4", "f f", "", ""], rows[3].Children.Select(cell => cell.TextContent));
    }

    private static IHtmlDocument Parse(string html) => new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(html);

    private static PatchExplanation Explanation(string text)
    {
        ExplainedChange change = new(text, 1, [text], 1, [text], text, text, 3);
        ListedInstruction before = new(4, text, text), after = new(8, text, text);
        FunctionListing listing = new(text, 8, 12,
        [
            new(ListingRowKind.Skipped, null, null, 12), new(ListingRowKind.Same, before, after), new(ListingRowKind.Changed, before, after),
            new(ListingRowKind.Removed, before, null), new(ListingRowKind.Added, null, after),
        ], text);
        ExplainedFunction function = new(text, text, text) { Name = text, ObjectName = text, Position = 2, Changes = [change], Listings = [listing] };
        ExplainedPart part = new(text, text) { Kind = text, Size = 1, Changes = [change], Listing = listing };
        ExplainedReference reference = new(text, "livepatch", text, 1, text);
        return new PatchExplanation(
            [
                new ExplainedUnit(text, text, text, text, [function], [part], [reference]) { IsProved = true, OtherChanges = [change] },
                new ExplainedUnit(text, text, text, text, [], [], []) { IsProved = true, IsUnaffected = true },
            ])
        {
            Kernel = new ExplainedKernel("7.2", "arm64", text, text),
            Patches = [new ExplainedPatch(text, text)],
            Written = [new ExplainedFunction(text, text, text) { Name = text, ObjectName = text }],
            Callbacks = [new ExplainedCallback(text, text, text, text)],
            Files = [new ExplainedFile(text, true, [change])],
            Findings = [new ExplainedFinding("warning", text, text, text)],
            Notes = [text],
        };
    }
}
