using System.Xml;
using System.Xml.Linq;
using Klp.Livepatch.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Testing;

/// <summary>Finds the lines of items in the project files that define them: MSBuild only knows the files.</summary>
internal sealed class ItemPlaces
{
    /// <summary>Properties, items and metadata: what is written with them is not what comes of it.</summary>
    private static readonly string[] References = ["$(", "@(", "%("];

    private readonly Dictionary<string, XDocument?> files = new(StringComparer.Ordinal);

    /// <summary>Where an item is defined; without a line where that cannot be told.</summary>
    /// <param name="item">The item.</param>
    /// <param name="type">Its type, such as KlpBootCheck.</param>
    /// <param name="metadata">The names of metadata that tell apart items of the same Include.</param>
    /// <returns>Null of an item that no file defines.</returns>
    public SourcePlace? Find(ITaskItem item, string type, params IReadOnlyList<string> metadata)
    {
        string file = item.GetMetadata("DefiningProjectFullPath");
        if (file.Length == 0)
            return null;
        XElement[] elements = [.. Read(file)?.Descendants().Where(element => element.Name.LocalName == type && element.Attribute("Include") is not null) ?? []];
        XElement[] named = [.. elements.Where(element => Includes(element).Contains(Slashes(item.ItemSpec)))];
        XElement? found = Array.Find(named, element => metadata.All(name => IsSame(item, element, name)))
            ?? Single(named)
            ?? Single([.. elements.Where(element => Includes(element).Any(include => HasReference(include) || include.IndexOfAny(['*', '?']) >= 0))]);
        IXmlLineInfo? place = found;
        return place?.HasLineInfo() == true ? new SourcePlace(file, place.LineNumber, place.LinePosition) : new SourcePlace(file);
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

    private static IEnumerable<string> Includes(XElement element) =>
        element.Attribute("Include")!.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Normal);

    /// <summary>Metadata are attributes or elements.</summary>
    private static bool IsSame(ITaskItem item, XElement element, string name)
    {
        string text = (string?)element.Attribute(name) ?? element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value ?? "";
        return HasReference(text) ? item.GetMetadata(name).Length > 0 : Slashes(item.GetMetadata(name)) == Normal(text);
    }

    /// <summary>As MSBuild has it, which makes a character of %XX.</summary>
    private static string Normal(string text) => Slashes(Uri.UnescapeDataString(text));

    /// <summary>MSBuild makes slashes of backslashes.</summary>
    private static string Slashes(string text) => text.Replace('\\', '/');

    private static bool HasReference(string text) => Array.Exists(References, text.Contains);

    private static XElement? Single(XElement[] elements) => elements.Length == 1 ? elements[0] : null;
}
