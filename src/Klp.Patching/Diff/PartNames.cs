using System.Text.RegularExpressions;

namespace Klp.Patching.Diff;

/// <summary>What the names that compilers and the kernel's macros give to local symbols say.</summary>
internal static partial class PartNames
{
    private const string Cold = ".cold";

    // Each use of a macro has one of its own, which nobody else refers to: whose number it gets says nothing.
    private static readonly HashSet<string> OfMacros = new(StringComparer.Ordinal)
    {
        "__key", "__warned", "__already_done", "__print_once", "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__",
        "_rs", "CSWTCH", "__ddebug", "descriptor", "_entry", "_entry_ptr", "__trace_check", "__msg",
    };

    /// <summary>The name without the numbers that the compiler adds: <c>count</c> of <c>count.3</c>, <c>f.isra</c> of <c>f.isra.0</c>.</summary>
    internal static string Stem(string name) => Number().Replace(UniqueId().Replace(name, "$1"), "");

    /// <summary>True for a static variable of a function, or a clone: the compiler numbers them through the unit.</summary>
    internal static bool IsNumbered(string name) => Number().IsMatch(name);

    /// <summary>True for what each use of a macro has for itself: its contents are all that tells it from another.</summary>
    internal static bool IsOfMacro(string name)
    {
        string stem = Stem(name);
        return OfMacros.Contains(stem) || stem.StartsWith("__UNIQUE_ID_", StringComparison.Ordinal) || stem.StartsWith("__trace_check_", StringComparison.Ordinal);
    }

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
