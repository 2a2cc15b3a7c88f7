using System.Text;
using Klp.Elf.Model;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Changes the CRCs of symbols in a module (CONFIG_MODVERSIONS).</summary>
internal static class ModuleVersionEdit
{
    private const string ExtendedCrcs = "__version_ext_crcs", ExtendedNames = "__version_ext_names", Basic = "__versions";

    /// <summary>Changes a CRC in the extended versions.</summary>
    public static void ChangeExtended(ElfObject module, string name) => Contents(module, ExtendedCrcs)[IndexOfExtended(module, name) * 4] ^= 1;

    /// <summary>Leaves a CRC in the extended versions without its name.</summary>
    public static void RenameExtended(ElfObject module, string name)
    {
        Span<byte> names = Contents(module, ExtendedNames);
        names[names.IndexOf(Encoding.ASCII.GetBytes('\0' + name + '\0')) + 1] = (byte)'_';
    }

    /// <summary>Changes a CRC in the basic versions.</summary>
    public static void ChangeBasic(ElfObject module, string name) => BasicEntry(module, name)[0] ^= 1;

    /// <summary>Leaves a CRC in the basic versions without its name.</summary>
    public static void RenameBasic(ElfObject module, string name) => BasicEntry(module, name)[8] = (byte)'_';

    /// <summary>Takes the extended versions away, and changes the basic ones.</summary>
    public static void WithoutExtended(ElfObject module, Action edit)
    {
        module.FindSection(ExtendedCrcs)!.Name = "__crcs";
        module.FindSection(ExtendedNames)!.Name = "__names";
        edit();
    }

    private static int IndexOfExtended(ElfObject module, string name) =>
        Encoding.ASCII.GetString(Contents(module, ExtendedNames)).Split('\0').ToList().IndexOf(name);

    /// <summary>struct modversion_info (include/linux/module.h): a CRC of 8 bytes and a name of 56.</summary>
    private static Span<byte> BasicEntry(ElfObject module, string name)
    {
        Span<byte> entries = Contents(module, Basic);
        for (int start = 0; start < entries.Length; start += 64)
        {
            if (entries[(start + 8)..].StartsWith(Encoding.ASCII.GetBytes(name + '\0')))
                return entries.Slice(start, 64);
        }

        throw new InvalidOperationException($"The good module has no version of {name}.");
    }

    private static Span<byte> Contents(ElfObject module, string section) =>
        (module.FindSection(section) as ElfDataSection ?? throw new InvalidOperationException($"The good module has no section {section}.")).Contents;
}
