using System.Text;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Keeps a <see cref="DependencyTable"/> in a file: the paths, and of each object its name, the time and size of its record,
/// and its list, as differences of neighbours in a variable number of bytes. A file that is none is as good as none.
/// </summary>
internal static class DependencyCache
{
    private const string Magic = "klp-units 1";

    /// <summary>Reads what an earlier run kept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="addPath">Adds a path to the table; returns its index there.</param>
    /// <returns>The objects by their names; empty where nothing is kept.</returns>
    internal static Dictionary<string, RecordedObject> Read(string path, Func<string, int> addPath)
    {
        Dictionary<string, RecordedObject> objects = new(StringComparer.Ordinal);
        if (!File.Exists(path))
            return objects;
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            using MemoryStream stream = new(bytes);
            using BinaryReader reader = new(stream, Encoding.UTF8);
            if (reader.ReadString() != Magic)
                return objects;
            int[] ids = new int[Count(reader, bytes.Length)];
            for (int at = 0; at < ids.Length; at++)
                ids[at] = addPath(reader.ReadString());
            for (int left = Count(reader, bytes.Length); left > 0; left--)
            {
                RecordedObject read = new(
                    reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), new int[Count(reader, bytes.Length)]);
                int last = 0;
                for (int at = 0; at < read.Dependencies.Length; at++)
                    read.Dependencies[at] = ids[last += reader.Read7BitEncodedInt()];
                objects[read.Object] = read;
            }

            return objects;
        }
        catch (Exception problem) when (
            problem is IOException or FormatException or IndexOutOfRangeException or UnauthorizedAccessException)
        {
            return new Dictionary<string, RecordedObject>(StringComparer.Ordinal);
        }
    }

    /// <summary>Keeps a table. Where that cannot be, the next run reads the records again.</summary>
    internal static void Write(string path, DependencyTable table)
    {
        try
        {
            AtomicFile.Write(path, stream =>
            {
                using BinaryWriter writer = new(stream, Encoding.UTF8, leaveOpen: true);
                writer.Write(Magic);
                writer.Write7BitEncodedInt(table.Paths.Count);
                foreach (string dependency in table.Paths)
                    writer.Write(dependency);
                writer.Write7BitEncodedInt(table.Objects.Count);
                foreach (RecordedObject recorded in table.Objects)
                    Write(writer, recorded);
                return true;
            });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written is none.
        }
    }

    private static void Write(BinaryWriter writer, RecordedObject recorded)
    {
        writer.Write(recorded.Object);
        writer.Write(recorded.Time);
        writer.Write(recorded.Size);
        writer.Write7BitEncodedInt(recorded.Dependencies.Length);
        // The order tells nothing: sorted, most differences take one byte.
        int last = 0;
        foreach (int id in recorded.Dependencies.Order())
        {
            writer.Write7BitEncodedInt(id - last);
            last = id;
        }
    }

    // What follows takes at least a byte each.
    private static int Count(BinaryReader reader, int bytes) =>
        reader.Read7BitEncodedInt() is int count and >= 0 && count <= bytes ? count : throw new FormatException();
}
