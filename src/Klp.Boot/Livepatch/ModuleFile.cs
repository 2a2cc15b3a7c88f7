using System.Buffers.Binary;
using System.Text;

namespace Klp.Boot;

/// <summary>What a .ko says of itself in its .modinfo section.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The module's name, with '_'.</param>
/// <param name="Depends">The modules that have to be loaded before it.</param>
internal sealed record ModuleFile(string Path, string Name, IReadOnlyList<string> Depends)
{
    /// <summary>Reads a module.</summary>
    /// <exception cref="BootSetupException">It is not there, or not a 64-bit module.</exception>
    public static ModuleFile Read(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!File.Exists(path))
            throw new BootSetupException(BootSetupProblem.ModuleNotFound, $"There is no module '{path}'.", "Build it, or mend the path.");

        ReadOnlySpan<byte> modinfo = FindSection(File.ReadAllBytes(path), ".modinfo"u8);
        if (modinfo.IsEmpty)
            throw new BootSetupException(BootSetupProblem.ModuleNotFound, $"'{path}' is not a kernel module: it has no .modinfo.", "Name a .ko.");

        string[] entries = Encoding.UTF8.GetString(modinfo).Split('\0');
        string name = Value(entries, "name=") ?? System.IO.Path.GetFileNameWithoutExtension(path);
        string depends = Value(entries, "depends=") ?? "";
        return new ModuleFile(path, KernelUnderTest.Normalise(name), depends.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string? Value(string[] entries, string key) =>
        Array.Find(entries, entry => entry.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

    /// <summary>A section of an ELF64 file (gABI, "Sections"); empty if there is none, or no such file.</summary>
    private static ReadOnlySpan<byte> FindSection(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> name)
    {
        if (elf.Length < 64 || !elf.StartsWith("\u007fELF\u0002"u8))
            return [];
        bool little = elf[5] == 1;
        ulong table = Word(elf, 0x28, 8, little);
        int count = (int)Word(elf, 0x3C, 2, little);
        int namesIndex = (int)Word(elf, 0x3E, 2, little);
        if (table > (ulong)elf.Length || namesIndex >= count || (ulong)count * 64 > (ulong)elf.Length - table)
            return [];

        ReadOnlySpan<byte> headers = elf.Slice((int)table, count * 64);
        ReadOnlySpan<byte> names = Content(elf, headers.Slice(namesIndex * 64, 64), little);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = headers.Slice(i * 64, 64);
            ulong start = Word(header, 0, 4, little);
            if (start < (ulong)names.Length && names[(int)start..] is var rest && rest.StartsWith(name) &&
                rest.Length > name.Length && rest[name.Length] == 0)
            {
                return Content(elf, header, little);
            }
        }
        return [];
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> elf, ReadOnlySpan<byte> header, bool little)
    {
        ulong offset = Word(header, 0x18, 8, little), size = Word(header, 0x20, 8, little);
        return offset <= (ulong)elf.Length && size <= (ulong)elf.Length - offset ? elf.Slice((int)offset, (int)size) : [];
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int offset, int size, bool little)
    {
        bytes = bytes.Slice(offset, size);
        return (size, little) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
            (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
    }
}
