using System.Buffers.Binary;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// Code that shares its section with other functions, as that in .init.text or .sched.text does. The assembler resolves
/// branches inside a section without a relocation, so that a function behind one that grew has other bytes and is the same, and
/// one that is taken out of the section needs relocations for them.
/// </summary>
internal static class SharedCode
{
    /// <summary>What a branch to code that no symbol names is said to lead to.</summary>
    internal const string Unnamed = "code without a name";

    /// <summary>The bytes of a part, without the distances of branches that leave it.</summary>
    internal static byte[] Contents(UnitObject unit, UnitPart part)
    {
        byte[] contents = part.Contents.ToArray();
        foreach ((int at, A64Branch branch, _) in Leaving(unit, part))
            BinaryPrimitives.WriteUInt32LittleEndian(contents.AsSpan(at), branch.WithoutDistance);
        return contents;
    }

    /// <summary>The branches that leave a part without a relocation, as if they had one.</summary>
    internal static IEnumerable<PartReference> Branches(UnitObject unit, UnitPart part)
    {
        foreach ((int at, A64Branch branch, ulong target) in Leaving(unit, part))
        {
            UnitPart? other = unit.PartAt(part.Section, target);
            yield return new PartReference(
                (ulong)at,
                new ElfRelocation { Offset = part.Offset + (ulong)at, Type = branch.RelocationType },
                other,
                other is null ? Unnamed : null,
                (long)(target - (other?.Offset ?? 0)));
        }
    }

    private static IEnumerable<(int At, A64Branch Branch, ulong Target)> Leaving(UnitObject unit, UnitPart part)
    {
        if (!part.IsSharedCode || unit.Source.Header.Machine != ElfMachine.AArch64 || !part.Section.HasContents)
            yield break;
        HashSet<ulong> relocated = [.. unit.RelocationsIn(part.Section, part.Offset, part.Size).Select(relocation => relocation.Offset)];
        for (int at = 0; at + A64Branch.Bytes <= (int)part.Size; at += A64Branch.Bytes)
        {
            if (relocated.Contains(part.Offset + (ulong)at)
                || A64Branch.Decode(BinaryPrimitives.ReadUInt32LittleEndian(part.Contents[at..])) is not { } branch)
            {
                continue;
            }

            ulong target = part.Offset + (ulong)at + (ulong)branch.Distance;
            if (target < part.Offset || target >= part.Offset + part.Size)
                yield return (at, branch, target);
        }
    }
}
