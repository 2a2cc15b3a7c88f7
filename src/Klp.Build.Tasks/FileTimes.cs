using Microsoft.Build.Utilities;

namespace Klp.Build.Tasks;

/// <summary>The times of files as the targets of a build see them, to compare with those that an earlier build saw.</summary>
internal static class FileTimes
{
    /// <summary>A file's time before its path: <c>@(Item->'%(ModifiedTime) %(Identity)')</c>. Of a file that is not there the time is empty.</summary>
    internal static string Record(string path) =>
        $"{new TaskItem(path.Replace("%", "%25", StringComparison.Ordinal)).GetMetadata("ModifiedTime")} {path}";

    /// <summary>The same of several files, a line each, the last without an end.</summary>
    internal static string Record(IEnumerable<string> paths) => string.Join('\n', paths.Select(Record));
}
