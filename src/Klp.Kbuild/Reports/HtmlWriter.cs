using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Reports;

/// <summary>
/// Writes HTML. Text comes in by <see cref="Text"/> alone, which encodes it: names of files and symbols, and the lines of a patch,
/// are whatever their author wanted.
/// </summary>
internal sealed class HtmlWriter
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder html = new();
    private readonly Stack<string> open = new();

    /// <summary>Begins an element.</summary>
    /// <param name="element">Its name.</param>
    /// <param name="attributes">Its attributes, of which the values are encoded.</param>
    internal HtmlWriter Open(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        html.Append('<').Append(element);
        foreach ((string name, string value) in attributes)
            html.Append(CultureInfo.InvariantCulture, $" {name}=\"{Encoder.Encode(VisibleText.Of(value))}\"");
        html.Append('>');
        open.Push(element);
        return this;
    }

    /// <summary>Begins an element of a class.</summary>
    internal HtmlWriter Open(string element, string className) =>
        className.Length == 0 ? Open(element) : Open(element, ("class", className));

    /// <summary>Ends the element that was begun last.</summary>
    internal HtmlWriter Close()
    {
        string element = open.Pop();
        html.Append(CultureInfo.InvariantCulture, $"</{element}>");
        if (element is not ("code" or "span" or "b" or "a" or "td" or "th" or "small"))
            html.Append('\n');
        return this;
    }

    /// <summary>Writes text.</summary>
    internal HtmlWriter Text(string text)
    {
        html.Append(Encoder.Encode(VisibleText.Of(text)));
        return this;
    }

    /// <summary>Writes an element that holds text.</summary>
    internal HtmlWriter Element(string element, string className, string text) => Open(element, className).Text(text).Close();

    /// <summary>Writes what is HTML already, and ours.</summary>
    internal HtmlWriter Raw(string own)
    {
        html.Append(own);
        return this;
    }

    /// <summary>What was written.</summary>
    public override string ToString() => html.ToString();
}
