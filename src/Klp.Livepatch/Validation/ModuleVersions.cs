using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The CRCs that a module expects of its imports: struct modversion_info of <c>__versions</c> (a 64-bit CRC and a name of 56
/// bytes), or since 6.14 <c>__version_ext_crcs</c> (32 bits each) with <c>__version_ext_names</c>.
/// </summary>
internal sealed class ModuleVersions
{
    /// <summary>The section of the basic form.</summary>
    internal const string BasicSection = "__versions";

    /// <summary>The section of the extended form that holds the CRCs.</summary>
    internal const string ExtendedCrcSection = "__version_ext_crcs";

    /// <summary>The section of the extended form that holds the names.</summary>
    internal const string ExtendedNameSection = "__version_ext_names";

    /// <summary>The longest name in characters that the basic form can hold: 56 bytes less the NUL.</summary>
    internal const int LongestBasicName = 55;

    private const int BasicEntryBytes = 64;
    private const int CrcBytes = 8;
    private const int ExtendedCrcBytes = 4;

    private ModuleVersions(bool isExtended, Dictionary<string, uint> crcs, string? problem)
    {
        IsExtended = isExtended;
        Crcs = crcs;
        Problem = problem;
    }

    /// <summary>True for the extended form, with which the kernel lets an import without a CRC pass.</summary>
    internal bool IsExtended { get; }

    /// <summary>The CRCs by name; of a name that is there twice the first counts.</summary>
    internal IReadOnlyDictionary<string, uint> Crcs { get; }

    /// <summary>What the kernel says of an extended form that is not whole, or null.</summary>
    internal string? Problem { get; }

    /// <summary>Reads the CRCs of a module, or null where it has none. The extended form comes first, as in the kernel.</summary>
    internal static ModuleVersions? Read(ElfObject module)
    {
        byte[]? crcs = Contents(module, ExtendedCrcSection), names = Contents(module, ExtendedNameSection);
        if (crcs is null != names is null)
            return new ModuleVersions(true, [], "extended version crc+name presence does not match");
        if (crcs is not null && names is not null)
            return ReadExtended(module.Header.ByteOrder, crcs, names);
        return Contents(module, BasicSection) is { } basic ? ReadBasic(module.Header.ByteOrder, basic) : null;
    }

    private static ModuleVersions ReadExtended(ElfByteOrder order, byte[] crcs, byte[] names)
    {
        Dictionary<string, uint> found = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = names;
        for (int at = 0; at + ExtendedCrcBytes <= crcs.Length; at += ExtendedCrcBytes)
        {
            int end = rest.IndexOf((byte)0);
            if (end < 0)
                return new ModuleVersions(true, found, "more extended version crcs than names");
            found.TryAdd(Encoding.Latin1.GetString(rest[..end]), order.ReadUInt32(crcs.AsSpan(at)));
            rest = rest[(end + 1)..];
        }

        return new ModuleVersions(true, found, null);
    }

    private static ModuleVersions ReadBasic(ElfByteOrder order, byte[] contents)
    {
        Dictionary<string, uint> found = new(StringComparer.Ordinal);
        for (int at = 0; at + BasicEntryBytes <= contents.Length; at += BasicEntryBytes)
        {
            string name = Encoding.Latin1.GetString(contents, at + CrcBytes, BasicEntryBytes - CrcBytes).Split('\0')[0];
            found.TryAdd(name, (uint)order.ReadUInt64(contents.AsSpan(at)));
        }

        return new ModuleVersions(false, found, null);
    }

    private static byte[]? Contents(ElfObject module, string name) =>
        module.FindSection(name) is ElfDataSection { HasContents: true } section ? section.Contents.ToArray() : null;
}
