using System.Globalization;
using System.Text;

namespace Klp.Boot.Script;

/// <summary>
/// Writes an initramfs: a cpio archive of the "newc" format, as
/// Documentation/driver-api/early-userspace/buffer-format.rst describes it.
/// </summary>
/// <remarks>
/// The same entries in the same order give the same bytes: inode numbers count from 1,
/// times are 0, owner and group are root. The kernel does not create the missing parents
/// of an entry, so the archive adds them. Nothing is compressed, so no kernel
/// configuration is needed to unpack it.
/// </remarks>
public sealed class CpioArchive
{
    private const uint CharDevice = 0x2000;
    private const uint Directory = 0x4000;
    private const uint RegularFile = 0x8000;
    private const uint SymbolicLink = 0xA000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode AllRead = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode AllExecute =
        AllRead | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, Entry> byName = new(StringComparer.Ordinal);

    /// <summary>Adds a directory (0755); one that is there already is left as it is.</summary>
    /// <param name="path">Path in the guest; a leading '/' is allowed.</param>
    /// <exception cref="ArgumentException">The path is not one, or taken by something else.</exception>
    public void AddDirectory(string path)
    {
        string name = Normalise(path);
        if (!byName.TryGetValue(name, out Entry? existing) || !existing.IsDirectory)
            Add(new Entry(name, Directory | (uint)AllExecute, default, 0, 0));
    }

    /// <summary>Adds a regular file (0644, or 0755 if it is executable).</summary>
    /// <param name="path">Path in the guest; a leading '/' is allowed.</param>
    /// <param name="content">Its bytes; not copied.</param>
    /// <param name="executable">Whether the guest may run it.</param>
    /// <exception cref="ArgumentException">The path is not one, or taken.</exception>
    public void AddFile(string path, ReadOnlyMemory<byte> content, bool executable = false) =>
        Add(new Entry(Normalise(path), RegularFile | (uint)(executable ? AllExecute : AllRead), content, 0, 0));

    /// <summary>Adds a symbolic link.</summary>
    /// <param name="path">Path in the guest; a leading '/' is allowed.</param>
    /// <param name="target">What it points to; the kernel refuses an empty one.</param>
    /// <exception cref="ArgumentException">The path is not one, or taken, or the target is empty.</exception>
    public void AddSymlink(string path, string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        Add(new Entry(Normalise(path), SymbolicLink | 0x1FF, Encoding.UTF8.GetBytes(target), 0, 0));
    }

    /// <summary>Adds a character device (0600), such as /dev/console, which is (5, 1).</summary>
    /// <param name="path">Path in the guest; a leading '/' is allowed.</param>
    /// <param name="major">Its major number.</param>
    /// <param name="minor">Its minor number.</param>
    /// <exception cref="ArgumentException">The path is not one, or taken.</exception>
    public void AddCharDevice(string path, int major, int minor) =>
        Add(new Entry(Normalise(path), CharDevice | (uint)OwnerOnly, default, major, minor));

    /// <summary>Writes the archive, its trailer included.</summary>
    /// <param name="stream">Receives it, from its current position; need not be seekable.</param>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        uint inode = 0;
        foreach (Entry entry in entries)
            Write(stream, entry, ++inode);
        Write(stream, new Entry("TRAILER!!!", 0, default, 0, 0), 0);
    }

    private void Add(Entry entry)
    {
        if (byName.ContainsKey(entry.Name))
            throw new ArgumentException($"The archive already has /{entry.Name}.", nameof(entry));
        int slash = entry.Name.LastIndexOf('/');
        if (slash > 0)
            AddDirectory(entry.Name[..slash]);
        byName.Add(entry.Name, entry);
        entries.Add(entry);
    }

    private static string Normalise(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || parts.Any(part => part is "." or "..") || path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"'{path}' cannot be the path of an archive's entry.", nameof(path));
        return string.Join('/', parts);
    }

    private static void Write(Stream stream, Entry entry, uint inode)
    {
        byte[] name = Encoding.UTF8.GetBytes(entry.Name + '\0');
        ReadOnlySpan<uint> fields =
        [
            inode,
            entry.Mode,
            0, 0,                               // c_uid, c_gid
            entry.IsDirectory ? 2u : 1u,        // c_nlink
            0,                                  // c_mtime
            (uint)entry.Content.Length,
            0, 0,                               // c_maj, c_min
            (uint)entry.Major, (uint)entry.Minor,
            (uint)name.Length,
            0,                                  // c_chksum: unused in "newc"
        ];
        StringBuilder header = new StringBuilder("070701");
        foreach (uint field in fields)
            header.Append(field.ToString("x8", CultureInfo.InvariantCulture));

        stream.Write(Encoding.ASCII.GetBytes(header.ToString()));
        stream.Write(name);
        Pad(stream, header.Length + name.Length);
        stream.Write(entry.Content.Span);
        Pad(stream, entry.Content.Length);
    }

    /// <summary>Headers and contents start at multiples of 4.</summary>
    private static void Pad(Stream stream, int length) => stream.Write("\0\0\0"u8[..(-length & 3)]);

    private sealed record Entry(string Name, uint Mode, ReadOnlyMemory<byte> Content, int Major, int Minor)
    {
        public bool IsDirectory => (Mode & 0xF000) == Directory;
    }
}
