using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>
/// The tables that the module loader's own passes read, and the code that they make the kernel rewrite: alternatives (struct
/// alt_instr in arch/*/include/asm/alternative.h) and, on x86, paravirtual calls (struct paravirt_patch_site in
/// arch/x86/include/asm/paravirt_types.h).
/// </summary>
internal sealed class SpecialSections
{
    private const string Alternatives = ".altinstructions";
    private const string ParavirtualCalls = ".parainstructions";

    // Their entries begin with the place of the code (struct jump_entry, struct static_call_site).
    private static readonly string[] Sites = ["__jump_table", ".static_call_sites"];

    // Every architecture's alt_instr begins with two 32-bit offsets, to the original and to the replacement.
    private const ulong ReplacementField = 4;
    private const ulong ParavirtualCallBytes = 16;
    private const int ParavirtualLengthField = 9;

    // For an entry of unknown form: longer than any alternative is.
    private const ulong UnknownLength = 256;

    private readonly List<(ElfSection Section, ulong Start, ulong End, SpecialSectionEntry Entry)> ranges = [];
    private readonly Dictionary<SpecialSectionEntry, ElfPlace> originals = [];

    /// <summary>Reads the entries of a module; none where it has no such table.</summary>
    internal static SpecialSections Read(ElfObject module)
    {
        SpecialSections sections = new();
        foreach (ElfRelocationSection relocations in module.RelocationSections)
        {
            if (relocations.InfoSection is not ElfDataSection { HasContents: true } table)
                continue;
            if (table.Name == Alternatives)
                sections.AddAlternatives(module.Header.Machine, table, relocations);
            else if (table.Name == ParavirtualCalls)
                sections.AddParavirtualCalls(table, relocations);
        }

        return sections;
    }

    /// <summary>True for a table that the module loader's own passes read.</summary>
    internal static bool IsTable(string sectionName) => sectionName is Alternatives or ParavirtualCalls || Sites.Contains(sectionName);

    /// <summary>The entries whose code, or what replaces it, includes a place.</summary>
    internal IEnumerable<SpecialSectionEntry> At(ElfPlace place) =>
        ranges.Where(range => range.Section == place.Section && range.Start <= place.Offset && place.Offset < range.End)
            .Select(range => range.Entry)
            .Distinct();

    /// <summary>
    /// The code that a relocation is about: of a table's entry its code, of what replaces code that code; else its own place.
    /// </summary>
    internal ElfPlace CodeOf(ElfRelocationSection section, ElfRelocation relocation)
    {
        ElfPlace own = new(section.InfoSection!, relocation.Offset);
        if (IsTable(own.Section.Name))
            return CodeOfEntry(section, relocation) ?? own;
        return At(own)
            .Select(entry => originals.TryGetValue(entry, out ElfPlace code) ? code : (ElfPlace?)null)
            .FirstOrDefault(code => code is not null)
            ?? own;
    }

    private static ElfPlace? CodeOfEntry(ElfRelocationSection section, ElfRelocation relocation)
    {
        // From the pointer to the code to the pointer to a key, which struct jump_entry has behind two others.
        const ulong farthest = 8;
        foreach (ElfRelocation earlier in section.Relocations.Where(
            earlier => earlier.Offset < relocation.Offset && earlier.Offset + farthest >= relocation.Offset))
        {
            if (earlier.Target is { } place && place.Section.Flags.HasFlag(ElfSectionFlags.Execute))
                return place;
        }

        return null;
    }

    private void AddAlternatives(ElfMachine machine, ElfDataSection table, ElfRelocationSection relocations)
    {
        List<ElfRelocation> fields = [.. relocations.Relocations.OrderBy(relocation => relocation.Offset)];
        ulong size = AlternativeBytes(table, fields);
        foreach (ElfRelocation field in fields)
        {
            if (size == 0 || field.Offset >= table.Size)
            {
                Add(field, UnknownLength, new SpecialSectionEntry(table, field.Offset, 0));
                continue;
            }

            ulong start = field.Offset / size * size;
            ulong length = AlternativeLength(
                machine, table.Contents.Slice((int)start, (int)size), field.Offset - start == ReplacementField);
            SpecialSectionEntry entry = new(table, start, size);
            Add(field, length, entry);
            if (field.Offset == start && field.Target is { } original)
                originals[entry] = original;
        }
    }

    // Each entry has two relocations, so the third one belongs to the second entry.
    private static ulong AlternativeBytes(ElfDataSection table, List<ElfRelocation> fields)
    {
        ulong size = fields.Count > 2 ? fields[2].Offset : table.Size;
        return size > 0 && table.Size % size == 0 ? size : 0;
    }

    private static ulong AlternativeLength(ElfMachine machine, ReadOnlySpan<byte> entry, bool isReplacement)
    {
        (int Original, int Replacement)? fields = (machine, entry.Length) switch
        {
            (ElfMachine.AArch64 or ElfMachine.LoongArch or ElfMachine.S390 or ElfMachine.X8664, 12) => (10, 11),
            (ElfMachine.X8664, 13) => (10, 11),
            (ElfMachine.X8664, 14) => (12, 13),
            (ElfMachine.S390, 13) => (12, 12),
            _ => null,
        };
        return fields is var (original, replacement) ? entry[isReplacement ? replacement : original] : UnknownLength;
    }

    private void AddParavirtualCalls(ElfDataSection table, ElfRelocationSection relocations)
    {
        foreach (ElfRelocation instruction in relocations.Relocations)
        {
            bool isWhole = table.Size % ParavirtualCallBytes == 0
                && instruction.Offset % ParavirtualCallBytes == 0
                && instruction.Offset < table.Size;
            ulong length = isWhole ? table.Contents[(int)instruction.Offset + ParavirtualLengthField] : UnknownLength;
            Add(instruction, length, new SpecialSectionEntry(table, instruction.Offset, isWhole ? ParavirtualCallBytes : 0));
        }
    }

    private void Add(ElfRelocation relocation, ulong length, SpecialSectionEntry entry)
    {
        if (relocation.Target is { } place)
            ranges.Add((place.Section, place.Offset, place.Offset + length, entry));
    }
}
