using System.Text;
using ELFSharp.ELF;
using ELFSharp.ELF.Sections;
using Klp.Elf.Constants;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Reads a converted module once more before anyone gets it, with ELFSharp, which shares no code with what wrote it, and
/// compares it with the plan: sections with their headers and bytes, symbols with the sections that they are in, what is
/// livepatch's and <c>.modinfo</c>. What ELFSharp does not show is not compared: the entries of relocation sections, and of
/// st_other more than the visibility. sh_link and sh_info are taken from the file's bytes.
/// </summary>
public static class SecondReader
{
    private const ulong RelaBytes = 24;

    /// <summary>Compares a converted module with what was planned. A disagreement is KLP3024, a fault of the conversion.</summary>
    /// <param name="plan">The plan, after <see cref="ConversionApplier.Apply"/>.</param>
    /// <param name="file">The converted module as it would be written.</param>
    /// <param name="diagnostics">Receives the disagreement.</param>
    /// <returns>True when both agree.</returns>
    public static bool Agrees(ConversionPlan plan, byte[] file, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(diagnostics);
        // ELFSharp takes e_shnum as it stands. No kernel loads a module whose count of sections is somewhere else.
        if (plan.Module.Sections.Count >= ElfSectionIndex.LowReserved)
            return true;

        List<string> differences = Differences(plan, file);
        if (differences.Count > 0)
            diagnostics.Add(ConversionMessages.SecondReaderDisagrees(new SourcePlace(plan.Module.FileName), differences));
        return differences.Count == 0;
    }

    private static List<string> Differences(ConversionPlan plan, byte[] file)
    {
        try
        {
            using MemoryStream stream = new(file, writable: false);
            using ELF<ulong> read = ELFReader.Load<ulong>(stream, shouldOwnStream: false);
            Section<ulong>[] sections = [.. read.Sections];
            SymbolTable<ulong>? table = read.GetSections<SymbolTable<ulong>>()
                .SingleOrDefault(candidate => candidate.Type == SectionType.SymbolTable);
            SymbolEntry<ulong>[] symbols = [.. table?.Entries ?? []];
            return
            [
                .. WrittenSections.Differences(plan.Module, sections, file),
                .. WrittenSymbols.Differences(plan.Module, symbols),
                .. OfLivepatchSymbols(plan, symbols),
                .. OfLivepatchSections(plan, sections),
                .. OfModuleInfo(plan, sections),
            ];
        }
        // What it throws on damage is not declared, and anything it throws means that it cannot read the module.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [$"it cannot be read: {exception.Message}"];
        }
    }

    private static IEnumerable<string> OfLivepatchSymbols(ConversionPlan plan, SymbolEntry<ulong>[] symbols)
    {
        IEnumerable<string> planned = plan.Decisions
            .Where(decision => decision.Kind == SymbolDecisionKind.Livepatch)
            .Select(decision => LivepatchNames.Symbol(decision.Target!));
        IEnumerable<string> read = symbols
            .Where(symbol => symbol.PointedSectionIndex == ElfSectionIndex.Livepatch)
            .Select(symbol => symbol.Name);
        return Counted("livepatch symbol", planned, read);
    }

    private static IEnumerable<string> OfLivepatchSections(ConversionPlan plan, Section<ulong>[] sections)
    {
        const ElfSectionFlags flags = ElfSectionFlags.Alloc | ElfSectionFlags.InfoLink | ElfSectionFlags.RelaLivepatch;
        IEnumerable<string> planned =
        [
            .. plan.Moves.GroupBy(move => (move.PatchedObject, move.Target)).Select(moves => Line(
                LivepatchNames.RelocationSection(moves.Key.PatchedObject, moves.Key.Target.Name),
                ElfSectionType.Rela,
                flags,
                RelaBytes * (ulong)moves.Count())),
            .. plan.SpecialSectionMoves.GroupBy(move => (move.PatchedObject, move.Entry.Table)).Select(moves => Line(
                LivepatchNames.ArchSection(moves.Key.PatchedObject, moves.Key.Table.Name),
                moves.Key.Table.Type,
                moves.Key.Table.Flags,
                moves.First().Entry.Size * (ulong)moves.Count())),
        ];
        IEnumerable<string> read = sections
            .Where(section => ((ElfSectionFlags)section.RawFlags).HasFlag(ElfSectionFlags.RelaLivepatch)
                || section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal)
                || section.Name.StartsWith(LivepatchNames.ArchSectionPrefix, StringComparison.Ordinal))
            .Select(section => Line(section.Name, (ElfSectionType)section.Type, (ElfSectionFlags)section.RawFlags, section.Size));
        return Counted("livepatch section", planned, read);

        static string Line(string name, ElfSectionType type, ElfSectionFlags flags, ulong size) =>
            $"{name} of type {(uint)type}, flags 0x{(ulong)flags:x} and {size} bytes";
    }

    private static IEnumerable<string> OfModuleInfo(ConversionPlan plan, Section<ulong>[] sections)
    {
        string[] entries = [.. sections
            .Where(section => section.Name == ModuleInfo.SectionName)
            .SelectMany(section => Encoding.Latin1.GetString(section.GetContents()).Split('\0'))];
        const string livepatch = "livepatch=Y";
        if (ModuleInfo.Read(plan.Module).Find("livepatch") == "Y" && !entries.Contains(livepatch))
            yield return $"{ModuleInfo.SectionName} has no {livepatch}";
        if (plan.Depends is { } depends && !entries.Contains($"depends={depends}"))
            yield return $"{ModuleInfo.SectionName} has no depends={depends}";
    }

    // Each as often as it was planned: two names of a source may mean the same symbol of the kernel.
    private static IEnumerable<string> Counted(string what, IEnumerable<string> planned, IEnumerable<string> read)
    {
        Dictionary<string, int> expected = planned.CountBy(name => name).ToDictionary();
        Dictionary<string, int> found = read.CountBy(name => name).ToDictionary();
        foreach (string name in expected.Keys.Union(found.Keys))
        {
            int count = found.GetValueOrDefault(name), wanted = expected.GetValueOrDefault(name);
            if (count != wanted)
                yield return $"the {what} {name} is there {count} times and not {wanted}";
        }
    }
}
