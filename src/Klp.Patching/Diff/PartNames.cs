using System.Text.RegularExpressions;

namespace Klp.Patching.Diff;

/// <summary>What the names that compilers and the kernel's macros give to local symbols say.</summary>
internal static partial class PartNames
{
    private const string Cold = ".cold";

    /// <summary>
    /// The name without the numbers that the compiler adds: <c>count</c> of <c>count.3</c>, <c>f.isra</c> of <c>f.isra.0</c>.
    /// </summary>
    internal static string Stem(string name) => UniqueId().Replace(Number().Replace(name, ""), "$1");

    /// <summary>The name in the source of a function, of which the compiler made a clone: <c>f</c> of <c>f.isra.0</c>.</summary>
    internal static string OfSource(string function) => function.IndexOf('.', 1) is var at and > 0 ? function[..at] : function;

    /// <summary>True for a static variable of a function, or a clone: the compiler numbers them through the unit.</summary>
    internal static bool IsNumbered(string name) => Number().IsMatch(name);

    /// <summary>True for a name that __UNIQUE_ID() makes, with a number that counts through the unit.</summary>
    internal static bool IsUniqueId(string name) => name.StartsWith("__UNIQUE_ID_", StringComparison.Ordinal);

    /// <summary>The function that a cold part belongs to, or null for what is none.</summary>
    internal static string? ParentOfCold(string name)
    {
        int at = name.IndexOf(Cold, StringComparison.Ordinal);
        return at > 0 && (at + Cold.Length == name.Length || name[at + Cold.Length] == '.') ? name[..at] : null;
    }

    [GeneratedRegex(@"\.\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"^(__UNIQUE_ID_.*?)_?\d+$")]
    private static partial Regex UniqueId();
}
