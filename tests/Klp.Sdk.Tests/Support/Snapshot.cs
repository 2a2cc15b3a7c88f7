using System.IO.Enumeration;

namespace Klp.Sdk.Tests.Support;

/// <summary>Every file below a folder with size and time, to see that nothing was written. Links are not followed.</summary>
internal static class Snapshot
{
    /// <summary>The same without folders: Microsoft.NET.Sdk makes the empty ones of its output even when it only looks at a project.</summary>
    public static IReadOnlyList<string> OfFiles(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => new FileInfo(file)).Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc:O}").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Of(string folder, params string[] exceptFolders)
    {
        FileSystemEnumerable<string> entries = new(
            folder,
            (ref FileSystemEntry entry) => $"{Path.GetRelativePath(folder, entry.ToFullPath())} {(entry.IsDirectory ? 0 : entry.Length)} {entry.LastWriteTimeUtc:O}",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !IsExcepted(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint) && !IsExcepted(ref entry),
        };
        return [.. entries.Order(StringComparer.Ordinal)];

        bool IsExcepted(ref FileSystemEntry entry) => exceptFolders.Contains(Path.GetRelativePath(folder, entry.ToFullPath()));
    }
}
