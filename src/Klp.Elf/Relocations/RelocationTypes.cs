using System.Globalization;
using Klp.Elf.Constants;

namespace Klp.Elf.Relocations;

/// <summary>
/// A machine's relocation types: the numbers of its psABI that a relocatable object may hold, and their names as
/// readelf prints them. Types that only a linked program has, such as R_AARCH64_COPY, are not among them.
/// </summary>
public sealed class RelocationTypes
{
    private static readonly RelocationTypes Unknown = new([0], []);

    private readonly uint[] nones;
    private readonly Dictionary<uint, string> names;

    internal RelocationTypes(uint[] nones, Dictionary<uint, string> names)
    {
        this.nones = nones;
        this.names = names;
    }

    /// <summary>Types whose field has eight bytes.</summary>
    internal uint[] OfEightBytes { get; init; } = [];

    /// <summary>Types whose field has two bytes.</summary>
    internal uint[] OfTwoBytes { get; init; } = [];

    /// <summary>Types of a jump or call instruction.</summary>
    internal uint[] Branches { get; init; } = [];

    /// <summary>Those of them that are of a call alone.</summary>
    internal uint[] Calls { get; init; } = [];

    /// <summary>The type to write for a relocation that does nothing (R_*_NONE): 0 on every machine.</summary>
    public uint None => nones[0];

    /// <summary>The types of a machine.</summary>
    /// <param name="machine">e_machine.</param>
    /// <returns>Its table; one that knows only NONE for a machine whose kernels cannot livepatch.</returns>
    public static RelocationTypes For(ElfMachine machine) => machine switch
    {
        ElfMachine.AArch64 => AArch64RelocationTypes.Table,
        ElfMachine.X8664 => X8664RelocationTypes.Table,
        ElfMachine.S390 => S390RelocationTypes.Table,
        ElfMachine.PowerPC64 => PowerPC64RelocationTypes.Table,
        ElfMachine.LoongArch => LoongArchRelocationTypes.Table,
        _ => Unknown,
    };

    /// <summary>True for a type that does nothing; AArch64 has two.</summary>
    /// <param name="type">The type, as in r_info.</param>
    public bool IsNone(uint type) => nones.Contains(type);

    /// <summary>How many bytes a relocation changes, from its offset on. Known of AArch64 and x86-64.</summary>
    /// <param name="type">The type, as in r_info.</param>
    /// <returns>8 or 2; 4 for all others, as for those of instructions.</returns>
    public int FieldBytes(uint type) => OfEightBytes.Contains(type) ? 8 : OfTwoBytes.Contains(type) ? 2 : 4;

    /// <summary>True for the types of calls and jumps, which take no address. Known of AArch64 and x86-64.</summary>
    /// <param name="type">The type, as in r_info.</param>
    public bool IsBranch(uint type) => Branches.Contains(type);

    /// <summary>
    /// True for the types of jumps, which leave no return address behind, and for those that jumps share with calls, as
    /// R_X86_64_PLT32.
    /// </summary>
    /// <param name="type">The type, as in r_info.</param>
    public bool MayBeJump(uint type) => IsBranch(type) && !Calls.Contains(type);

    /// <summary>A type's name as readelf prints it, such as <c>R_AARCH64_CALL26</c>; <c>type 4711</c> when unknown.</summary>
    /// <param name="type">The type, as in r_info.</param>
    public string Name(uint type) => names.GetValueOrDefault(type) ?? string.Create(CultureInfo.InvariantCulture, $"type {type}");
}
