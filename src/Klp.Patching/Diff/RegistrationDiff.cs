using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Compares what a unit registers as the kernel or the module starts: start functions, parameters, exports, modinfo.</summary>
internal static class RegistrationDiff
{
    internal static IReadOnlyList<string> Find(UnitObject original, UnitObject patched, PartKeys originalKeys, PartKeys patchedKeys)
    {
        ILookup<string, string> before = Sections(original, originalKeys);
        ILookup<string, string> after = Sections(patched, patchedKeys);
        return [.. before.Concat(after).Select(section => section.Key).Distinct(StringComparer.Ordinal)
            .Where(name => !before[name].SequenceEqual(after[name], StringComparer.Ordinal))];
    }

    private static ILookup<string, string> Sections(UnitObject unit, PartKeys keys) =>
        unit.Source.Sections.OfType<ElfDataSection>()
            .Where(section => SectionRoles.Of(section) == SectionRole.Registration)
            .ToLookup(section => section.Name, section => Text(unit, section, keys), StringComparer.Ordinal);

    private static string Text(UnitObject unit, ElfDataSection section, PartKeys keys)
    {
        IEnumerable<string> references = unit.Index.RelocationsIn(section)
            .Select(relocation => unit.Resolve(relocation, 0))
            .Select(reference => $"{reference.Offset}:{reference.Relocation.Type}:{keys.Target(reference)}");
        return Convert.ToHexString(section.Contents) + "\n" + string.Join('\n', references);
    }
}
