using System.Xml;
using System.Xml.Linq;
using Klp.Livepatch.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Finds the line of a project file that an item is from: MSBuild tells tasks the file only.</summary>
internal static class ItemPlace
{
    /// <summary>The place of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="itemType">What it is called in the project, such as <c>KlpFunction</c>.</param>
    /// <returns>The element that made it, or the file where that is not certain; null of an item that a target made.</returns>
    public static SourcePlace? Of(ITaskItem item, string itemType)
    {
        if (item.GetMetadata("DefiningProjectFullPath") is not { Length: > 0 } file)
            return null;
        try
        {
            XElement[] elements = [.. XDocument.Load(file, LoadOptions.SetLineInfo).Descendants().Where(element => element.Name.LocalName == itemType && element.Attribute("Include") is not null)];
            // Several items may have one name: the one with which most metadata agrees.
            XElement? found = elements.Where(element => Includes(element, item)).MaxBy(element => Agreement(element, item))
                // Named by a property, perhaps.
                ?? (elements is [var only] ? only : null);
            return found is IXmlLineInfo line ? new SourcePlace(file, line.LineNumber, line.LinePosition) : new SourcePlace(file);
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            return new SourcePlace(file);
        }
    }

    private static bool Includes(XElement element, ITaskItem item) =>
        element.Attribute("Include")!.Value.Split(';', StringSplitOptions.TrimEntries).Contains(item.ItemSpec);

    // What is computed is not compared.
    private static int Agreement(XElement element, ITaskItem item) =>
        element.Attributes().Select(attribute => (attribute.Name.LocalName, attribute.Value))
            .Concat(element.Elements().Select(child => (child.Name.LocalName, child.Value)))
            .Where(pair => pair.LocalName is not ("Include" or "Exclude" or "Condition" or "Label") && pair.Value.AsSpan().IndexOfAny('$', '@', '%') < 0)
            .Sum(pair => item.GetMetadata(pair.LocalName) == pair.Value ? 1 : -1);
}
