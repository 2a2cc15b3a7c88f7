using System.Globalization;

namespace Klp.Kbuild.Processes;

/// <summary>The times of files as the targets of a build see them, to compare with those that an earlier build saw.</summary>
public static class FileTimes
{
    // MSBuild's own, of its item metadata ModifiedTime, which is local time.
    private const string Format = "yyyy'-'MM'-'dd HH':'mm':'ss'.'fffffff";

    /// <summary>A file's time before its path: <c>@(Item->'%(ModifiedTime) %(Identity)')</c>. Of a file that is not there the time is empty.</summary>
    public static string Record(string path)
    {
        FileInfo file = new(path);
        return $"{(file.Exists ? file.LastWriteTime.ToString(Format, CultureInfo.InvariantCulture) : "")} {path}";
    }

    /// <summary>The same of several files, a line each, the last without an end.</summary>
    public static string Record(IEnumerable<string> paths) => string.Join('\n', paths.Select(Record));
}
