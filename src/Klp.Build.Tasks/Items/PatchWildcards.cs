using System.Text.RegularExpressions;
using System.Xml.Linq;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>
/// Finds KlpPatch elements with a wildcard that matches no file. MSBuild makes no item of them, and the livepatch would be without the
/// patch. What can be told from a file of the project alone is told: elements without conditions, and without properties but those
/// that say where the file is.
/// </summary>
/// <param name="projectDirectory">The project's folder, from which paths start.</param>
/// <param name="places">Reads the files.</param>
internal sealed class PatchWildcards(string projectDirectory, ItemPlaces places)
{
    private const string ItemType = "KlpPatch";

    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Finds them.</summary>
    /// <param name="files">The files of the project in which they may stand.</param>
    /// <param name="items">The KlpPatch items that there are.</param>
    /// <returns>What each names, and where.</returns>
    internal IEnumerable<(string Include, SourcePlace Place)> FindEmpty(IReadOnlyList<string> files, IReadOnlyList<ITaskItem> items)
    {
        XElement[] elements = [.. files.SelectMany(file => places.Elements(file, ItemType))];
        // What is taken away again was there.
        if (Array.Exists(elements, element => element.Attribute("Remove") is not null))
            return [];
        string[] paths = [.. items.Select(item => item.GetMetadata("FullPath"))];
        return from file in files
               from element in places.Elements(file, ItemType)
               where IsAlways(element)
               from include in ItemPlaces.Parts(element)
               where include.IndexOfAny(Wildcards) >= 0 && Known(include, file) is { } known && !Array.Exists(paths, Pattern(known).IsMatch)
               select (include, ItemPlaces.PlaceOf(element, file) ?? new SourcePlace(file));
    }

    // A target's items come later, and conditions are MSBuild's to judge.
    private static bool IsAlways(XElement element) => element.Attribute("Exclude") is null
        && element.AncestorsAndSelf().All(part => part.Attribute("Condition") is null && part.Name.LocalName is not ("Target" or "Choose"));

    // With the properties that say where a file is; null where there are others, or escaped characters.
    private string? Known(string include, string file)
    {
        string known = include
            .Replace("$(MSBuildProjectDirectory)", projectDirectory, StringComparison.OrdinalIgnoreCase)
            .Replace("$(MSBuildThisFileDirectory)", Path.GetDirectoryName(file) + "/", StringComparison.OrdinalIgnoreCase);
        return known.Contains("$(", StringComparison.Ordinal) || known.IndexOfAny(['@', '%']) >= 0
            ? null
            : Path.GetFullPath(known.Replace('\\', '/'), projectDirectory);
    }

    // As MSBuild's: "**" stands for folders, also for none.
    private static Regex Pattern(string path) => new(
        "^" + Regex.Escape(path)
            .Replace(@"/\*\*/", "/(?:.*/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", ".", StringComparison.Ordinal) + @"\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
}
