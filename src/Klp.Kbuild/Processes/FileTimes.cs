using System.Globalization;

namespace Klp.Kbuild.Processes;

/// <summary>The times of files as text, to compare with those that an earlier build saw.</summary>
public static class FileTimes
{
    private const string Format = "yyyy'-'MM'-'dd HH':'mm':'ss'.'fffffff'Z'";

    /// <summary>A file's time before its path. Of a file that is not there the time is empty.</summary>
    /// <param name="path">The file.</param>
    public static string Record(string path) => Record(path, path);

    /// <summary>A file's time before a name of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What stands for it in the text.</param>
    public static string Record(string path, string name)
    {
        FileInfo file = new(path);
        return $"{(file.Exists ? file.LastWriteTimeUtc.ToString(Format, CultureInfo.InvariantCulture) : "")} {name}";
    }

    /// <summary>The path in what <see cref="Record(string)"/> made of it.</summary>
    public static string PathOf(string record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.StartsWith(' ')
            ? record[1..]
            : record[(record.IndexOf(' ', record.IndexOf(' ', StringComparison.Ordinal) + 1) + 1)..];
    }

    /// <summary>Those of several files, a line each, the last without an end.</summary>
    /// <param name="paths">The files.</param>
    public static string Record(IEnumerable<string> paths) => string.Join('\n', paths.Select(Record));
}
