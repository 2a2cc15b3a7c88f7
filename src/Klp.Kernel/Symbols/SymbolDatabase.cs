using System.Text;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Files;
using Klp.Kernel.Kallsyms;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Symbols;

/// <summary>
/// A symbol database: a text that lists, per object, the names of kallsyms in its order. A look-up is one pass over the
/// text for all the names that a module needs.
/// </summary>
public sealed class SymbolDatabase
{
    private readonly string path;
    private readonly byte[] text;
    private readonly int firstLine;

    private SymbolDatabase(string path, byte[] text, int firstLine)
    {
        this.path = path;
        this.text = text;
        this.firstLine = firstLine;
    }

    /// <summary>Opens a database.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Receives an error when the first line is not a database's.</param>
    /// <returns>The database, or null after an error.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SymbolDatabase? Open(string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        return Parse(InputFile.ReadAllBytes(path), path, diagnostics);
    }

    /// <summary>Reads a database that is in memory.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="path">The name for messages.</param>
    /// <param name="diagnostics">Receives an error when the first line is not a database's.</param>
    /// <returns>The database, or null after an error.</returns>
    public static SymbolDatabase? Parse(byte[] text, string path, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(diagnostics);
        int end = text.AsSpan().IndexOf((byte)'\n');
        string header = Encoding.Latin1.GetString(text.AsSpan(0, Math.Min(end < 0 ? text.Length : end, 100))).TrimEnd('\r');
        if (header is SymbolDatabaseFormat.Header or SymbolDatabaseFormat.OlderHeader)
            return new SymbolDatabase(path, text, end < 0 ? text.Length : end + 1);

        diagnostics.Add(CompressedFile.IsCompressed(text)
            ? DatabaseMessages.Compressed(path)
            : DatabaseMessages.WrongHeader(path, header));
        return null;
    }

    /// <summary>Makes a database in memory.</summary>
    /// <param name="sources">What it is made from.</param>
    /// <param name="diagnostics">Receives an error for each source that cannot be read.</param>
    /// <returns>The database, or null after an error.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SymbolDatabase? Read(SymbolSources sources, DiagnosticBag diagnostics)
    {
        using MemoryStream text = new();
        return SymbolDatabaseBuilder.Build(sources, text, diagnostics)
            ? new SymbolDatabase("", text.ToArray(), SymbolDatabaseFormat.Header.Length + 1)
            : null;
    }

    /// <summary>Looks names up.</summary>
    /// <param name="names">The names, one character a byte (ISO 8859-1).</param>
    /// <param name="diagnostics">Receives an error when the database is malformed.</param>
    /// <param name="ignoredSuffix">
    /// What begins the part of vmlinux's names that the kernel leaves out (<see cref="KernelTree.IgnoredSuffix"/>); null for
    /// none.
    /// </param>
    /// <returns>Where each name occurs, in the order of the database, and the names of all objects.</returns>
    public SymbolLookup Find(IEnumerable<string> names, DiagnosticBag diagnostics, string? ignoredSuffix = null)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        // A name's export is a line of its own, __ksymtab_<name>, so both are looked for.
        Dictionary<string, List<SymbolOccurrence>> found = new(new ByteNameComparer());
        foreach (string name in names)
        {
            found.TryAdd(name, []);
            found.TryAdd(SymbolDatabaseFormat.ExportPrefix + name, []);
        }

        return new SymbolLookup(found, Scan(found, Encoding.Latin1.GetBytes(ignoredSuffix ?? ""), diagnostics));
    }

    /// <summary>
    /// Whether some name has a suffix of symbols that a link with clang promoted, as only kernels with CONFIG_LTO_CLANG_THIN
    /// have.
    /// </summary>
    public bool HasPromotedSymbols => text.AsSpan().IndexOf(".llvm."u8) >= 0;

    /// <summary>The versions of a function that compilers make under the name with a suffix, such as <c>name.constprop.0</c>.</summary>
    /// <param name="name">The function's name in the source.</param>
    /// <returns>Their names, without doubles.</returns>
    public IReadOnlyList<string> FindClones(string name)
    {
        byte[] start = Encoding.Latin1.GetBytes($"\n{name}.");
        SortedSet<string> clones = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = text;
        for (int at = rest.IndexOf(start); at >= 0; at = rest.IndexOf(start))
        {
            rest = rest[(at + 1)..];
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            clones.Add(Encoding.Latin1.GetString(end < 0 ? rest : rest[..end]));
        }

        return [.. clones];
    }

    /// <summary>The names of the database that are nearest to some that it does not have, in one pass.</summary>
    /// <param name="wanted">The names, one character a byte (ISO 8859-1), each with the object that is to have it, or null for any.</param>
    public Dictionary<(string Name, string? ObjectName), NearestNames> FindNearest(
        IReadOnlyCollection<(string Name, string? ObjectName)> wanted)
    {
        Dictionary<(string Name, string? ObjectName), NearestNames> found = wanted.Distinct().ToDictionary(
            each => each, each => new NearestNames(each.Name));
        NearestNames[] anywhere = [.. found.Where(each => each.Key.ObjectName is null).Select(each => each.Value)], searched = anywhere;
        for (ReadOnlySpan<byte> rest = text.AsSpan(firstLine); !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith(SymbolDatabaseFormat.ObjectMark))
            {
                string objectName = Encoding.Latin1.GetString(line[1..]);
                searched = [.. anywhere, .. found.Where(each => each.Key.ObjectName == objectName).Select(each => each.Value)];
            }
            else if (searched.Length > 0)
            {
                uint letters = NearestNames.Letters(line);
                foreach (NearestNames nearest in searched)
                    nearest.Add(line, letters);
            }
        }

        return found;
    }

    private List<string> Scan(Dictionary<string, List<SymbolOccurrence>> found, byte[] ignoredSuffix, DiagnosticBag diagnostics)
    {
        Dictionary<string, List<SymbolOccurrence>>.AlternateLookup<ReadOnlySpan<byte>> byBytes =
            found.GetAlternateLookup<ReadOnlySpan<byte>>();
        List<string> objects = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        bool ofVmlinux = false;
        ReadOnlySpan<byte> rest = text.AsSpan(firstLine);
        for (int number = 2; !rest.IsEmpty; number++)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            if (line.IsEmpty)
                continue;

            if (line[0] == SymbolDatabaseFormat.ObjectMark)
            {
                string objectName = Encoding.Latin1.GetString(line[1..]);
                if (!known.Add(objectName))
                {
                    diagnostics.Add(DatabaseMessages.ObjectTwice(path, number, objectName));
                    return objects;
                }

                objects.Add(objectName);
                ofVmlinux = objectName == ModuleName.Vmlinux;
            }
            else if (objects.Count == 0)
            {
                diagnostics.Add(DatabaseMessages.SymbolOfNoObject(path, number, Encoding.Latin1.GetString(line)));
                return objects;
            }
            else if (byBytes.TryGetValue(
                ofVmlinux ? KallsymsName.AsCompared(line, ignoredSuffix) : line, out List<SymbolOccurrence>? occurrences))
            {
                Count(occurrences, objects[^1]);
            }
        }

        if (objects.Count == 0)
            diagnostics.Add(DatabaseMessages.Empty(path));
        return objects;
    }

    private static void Count(List<SymbolOccurrence> occurrences, string objectName)
    {
        if (occurrences.Count > 0 && occurrences[^1].ObjectName == objectName)
            occurrences[^1] = occurrences[^1] with { Count = occurrences[^1].Count + 1 };
        else
            occurrences.Add(new SymbolOccurrence(objectName, 1));
    }
}
