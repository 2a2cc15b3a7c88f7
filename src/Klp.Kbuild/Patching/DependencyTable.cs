using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Klp.Kbuild.Runs;

namespace Klp.Kbuild.Patching;

/// <summary>The dependency lists of all objects of a build, each path once.</summary>
internal sealed class DependencyTable
{
    private const string Prefix = ".", RecordSuffix = ".cmd";

    // Of kernel/bounds.s and asm-offsets.s the build makes headers, that all other objects read; by vmlinux.lds it links them.
    private static readonly string[] Suffixes = [".o.cmd", ".s.cmd", ".lds.cmd"];

    // Has neither objects nor records of any, but as many folders as the rest of a tree.
    private const string HeadersFolder = "include";

    private readonly ConcurrentDictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private string[] paths = new string[1 << 12];
    private int count;

    private DependencyTable() => lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The paths as the compiler named them.</summary>
    internal IReadOnlyList<string> Paths => new ArraySegment<string>(paths, 0, count);

    /// <summary>The objects, what headers are made of, linker scripts and programs of the build, in the order of their names.</summary>
    internal IReadOnlyList<RecordedObject> Objects { get; private set; } = [];

    /// <summary>Reads the lists of a build.</summary>
    /// <param name="buildDirectory">The build directory.</param>
    /// <param name="cacheFile">What an earlier run kept and this one is to keep; null for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static DependencyTable Read(string buildDirectory, string? cacheFile, CancellationToken cancellation)
    {
        DependencyTable table = new();
        Dictionary<string, RecordedObject> kept = cacheFile is null ? [] : DependencyCache.Read(cacheFile, table.Add);
        FileInfo[] records = [.. Records(new DirectoryInfo(buildDirectory), isTop: true)];
        RecordedObject[] objects = new RecordedObject[records.Length];
        int read = 0;
        Parallel.For(0, records.Length, new ParallelOptions { CancellationToken = cancellation }, index =>
        {
            FileInfo record = records[index];
            string name = Path.GetRelativePath(buildDirectory, record.DirectoryName!);
            name = Path.Combine(name == "." ? "" : name, record.Name[Prefix.Length..^RecordSuffix.Length]);
            long time = record.LastWriteTimeUtc.Ticks, size = record.Length;
            if (kept.TryGetValue(name, out RecordedObject? known) && known.Time == time && known.Size == size)
            {
                objects[index] = known;
                return;
            }

            Interlocked.Increment(ref read);
            objects[index] = new RecordedObject(name, time, size, table.ReadList(record.FullName));
        });
        table.Objects = [.. objects.OrderBy(recorded => recorded.Object, StringComparer.Ordinal)];
        if (cacheFile is not null && (read > 0 || kept.Count != objects.Length))
            DependencyCache.Write(cacheFile, table);
        return table;
    }

    private static IEnumerable<FileInfo> Records(DirectoryInfo folder, bool isTop)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            // The link to the source has no object, and a link may lead in a circle.
            if (entry.LinkTarget is not null)
                continue;
            if (entry is FileInfo file && IsRecord(file.Name))
                yield return file;
            else if (entry is DirectoryInfo below && !(isTop && below.Name == HeadersFolder))
                foreach (FileInfo record in Records(below, isTop: false))
                    yield return record;
        }
    }

    private static bool IsRecord(string name) => name.StartsWith(Prefix, StringComparison.Ordinal)
        && (Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) || IsOfProgram(name));

    // .gen_crc32table.cmd: a program that the build runs, of one source, has no object of its own.
    private static bool IsOfProgram(string name) =>
        name.EndsWith(RecordSuffix, StringComparison.Ordinal)
            && !name.AsSpan(Prefix.Length, name.Length - Prefix.Length - RecordSuffix.Length).Contains('.');

    private int[] ReadList(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(stream.Length, int.MaxValue / 2));
        char[] text = ArrayPool<char>.Shared.Rent(1 << 12);
        try
        {
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            List<int> list = new(1 << 10);
            DependencyReader reader = new(buffer.AsSpan(0, length));
            ReadOnlySpan<byte> dependency = reader.Source;
            do
            {
                // A path is never longer (PATH_MAX).
                if (dependency.Length > 0 && dependency.Length <= text.Length)
                    list.Add(Add(text.AsSpan(0, Encoding.UTF8.GetChars(dependency, text))));
            }
            while (reader.Read(out dependency));
            return [.. list];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private int Add(ReadOnlySpan<char> path)
    {
        if (lookup.TryGetValue(path, out int id))
            return id;
        string text = path.ToString();
        lock (ids)
        {
            if (ids.TryGetValue(text, out id))
                return id;
            id = count;
            if (id == paths.Length)
                Array.Resize(ref paths, paths.Length * 2);
            paths[id] = text;
            ids[text] = id;
            count++;
            return id;
        }
    }

    private int Add(string path) => Add(path.AsSpan());
}
