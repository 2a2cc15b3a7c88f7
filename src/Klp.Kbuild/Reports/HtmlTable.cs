namespace Klp.Kbuild.Reports;

/// <summary>A table of the page, which becomes a list where there is no room for its columns.</summary>
internal sealed class HtmlTable
{
    private readonly HtmlWriter html;
    private readonly string[] headings;
    private int column;

    /// <summary>Begins a table.</summary>
    /// <param name="html">The page.</param>
    /// <param name="headings">The headings of its columns.</param>
    internal HtmlTable(HtmlWriter html, params string[] headings)
    {
        this.html = html;
        this.headings = headings;
        html.Open("div", "scroll").Open("table", "wide").Open("thead").Open("tr");
        foreach (string heading in headings)
            html.Open("th", ("scope", "col")).Text(heading).Close();
        html.Close().Close().Open("tbody");
    }

    /// <summary>Begins a row, with its first cell, which the caller writes.</summary>
    internal HtmlWriter Begin()
    {
        column = 0;
        return html.Open("tr").Open("th", ("scope", "row"));
    }

    /// <summary>Ends the cell before, and writes the next.</summary>
    /// <param name="text">What it holds.</param>
    /// <param name="className">What it is: <c>number</c>, <c>path</c>, or empty for words.</param>
    internal HtmlTable Cell(string text, string className = "")
    {
        column++;
        html.Close().Open("td", ("class", className), ("data-label", headings[column]));
        if (className == "path" && text.Length > 0)
            html.Element("code", "", text);
        else
            html.Text(text);
        return this;
    }

    /// <summary>Ends the row.</summary>
    internal void End() => html.Close().Close();

    /// <summary>Ends the table.</summary>
    internal void Close() => html.Close().Close().Close();
}
