namespace Klp.DebugInfo.Dwarf;

/// <summary>An entry of a unit's file table (DWARF 5, section 6.2.4, file_names).</summary>
/// <param name="name">The file's name.</param>
/// <param name="directory">The directory it is relative to, or null.</param>
/// <param name="compilation">The directory that a relative <paramref name="directory"/> is relative to, or null.</param>
internal sealed class DwarfFile(DwarfString name, DwarfString? directory, DwarfString? compilation)
{
    private string? path;

    /// <summary>The path, joined when first asked for; null when the name cannot be read.</summary>
    internal string? Path => path ??= Join(compilation?.Text, Join(directory?.Text, name.Text));

    private static string? Join(string? directory, string? name)
    {
        if (string.IsNullOrEmpty(directory) || name is null or "" or ['/', ..])
            return name;
        return directory.EndsWith('/') ? directory + name : $"{directory}/{name}";
    }
}
