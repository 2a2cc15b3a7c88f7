using System.Xml;
using System.Xml.Linq;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Finds the lines of items in the project files that define them: MSBuild only knows the files.</summary>
internal sealed class ItemPlaces
{
    /// <summary>Attributes of an item's element that are no metadata.</summary>
    private static readonly string[] NotMetadata = ["Include", "Exclude", "Condition", "Label"];

    /// <summary>Properties, items and metadata: what is written with them is not what comes of it.</summary>
    private static readonly string[] References = ["$(", "@(", "%("];

    private readonly Dictionary<string, XDocument?> files = new(StringComparer.Ordinal);

    /// <summary>Where an item is defined; without a line where that cannot be told.</summary>
    /// <param name="item">The item.</param>
    /// <param name="type">What it is called in the project, such as <c>KlpFunction</c>.</param>
    /// <returns>Null of an item that no file defines.</returns>
    public SourcePlace? Find(ITaskItem item, string type)
    {
        string file = item.GetMetadata("DefiningProjectFullPath");
        if (file.Length == 0)
            return null;
        XElement[] elements =
        [
            .. Elements(file, type).Where(element => element.Attribute("Include") is not null),
        ];
        // Several items may have one name: the one with which most metadata agrees.
        XElement? found =
            elements.Where(element => Includes(element).Contains(Slashes(item.ItemSpec)))
                .MaxBy(element => Agreement(element, item))
            ?? Single([.. elements.Where(
                element => Includes(element).Any(include => HasReference(include) || include.IndexOfAny(['*', '?']) >= 0))]);
        return PlaceOf(found, file) ?? new SourcePlace(file);
    }

    /// <summary>The elements of a type of item in a file; none where it cannot be read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="type">What the item is called.</param>
    internal IEnumerable<XElement> Elements(string file, string type) =>
        Read(file)?.Descendants().Where(element => element.Name.LocalName == type) ?? [];

    /// <summary>What an element includes, as it is written; nothing for one that updates or removes.</summary>
    internal static IEnumerable<string> Parts(XElement element) =>
        element.Attribute("Include")?.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Where an element stands in its file; null where that is not known.</summary>
    internal static SourcePlace? PlaceOf(IXmlLineInfo? element, string file) =>
        element?.HasLineInfo() == true ? new SourcePlace(file, element.LineNumber, element.LinePosition) : null;

    /// <summary>
    /// Where a project's file sets a property; null where it does not, as with one of the command line or of another file.
    /// </summary>
    /// <param name="file">The project's file.</param>
    /// <param name="name">The property.</param>
    public SourcePlace? FindProperty(string file, string name)
    {
        // The last one holds.
        return PlaceOf(Elements(file, name).LastOrDefault(), file);
    }

    private XDocument? Read(string file)
    {
        if (!files.TryGetValue(file, out XDocument? document))
            files.Add(file, document = Load(file));
        return document;
    }

    private static XDocument? Load(string file)
    {
        try
        {
            return XDocument.Load(file, LoadOptions.SetLineInfo);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Includes(XElement element) => Parts(element).Select(Normal);

    /// <summary>Metadata are attributes or elements.</summary>
    private static int Agreement(XElement element, ITaskItem item) =>
        element.Attributes().Select(attribute => (attribute.Name.LocalName, attribute.Value))
            .Concat(element.Elements().Select(child => (child.Name.LocalName, child.Value)))
            .Where(pair => !NotMetadata.Contains(pair.LocalName) && !HasReference(pair.Value))
            .Sum(pair => Slashes(item.GetMetadata(pair.LocalName)) == Normal(pair.Value) ? 1 : -1);

    /// <summary>As MSBuild has it, which makes a character of %XX.</summary>
    private static string Normal(string text) => Slashes(Uri.UnescapeDataString(text));

    /// <summary>MSBuild makes slashes of backslashes.</summary>
    private static string Slashes(string text) => text.Replace('\\', '/');

    private static bool HasReference(string text) => Array.Exists(References, text.Contains);

    private static XElement? Single(XElement[] elements) => elements.Length == 1 ? elements[0] : null;
}
