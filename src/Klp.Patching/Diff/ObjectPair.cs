using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Diff;

/// <summary>Two objects of a user that are to be compared.</summary>
public static class ObjectPair
{
    /// <summary>Compares two objects.</summary>
    /// <param name="original">The old one.</param>
    /// <param name="patched">The new one.</param>
    /// <param name="diagnostics">Receives why they cannot be compared.</param>
    /// <returns>The comparison; null after an error.</returns>
    /// <exception cref="ElfFormatException">What an object holds contradicts itself.</exception>
    public static UnitDiff? Compare(ElfObject original, ElfObject patched, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(patched);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (original.Header.Machine != patched.Header.Machine)
        {
            diagnostics.Add(DiffMessages.Architectures(
                new SourcePlace(patched.FileName),
                original.FileName,
                DiffArchitectures.NameOf(original.Header.Machine),
                patched.FileName,
                DiffArchitectures.NameOf(patched.Header.Machine)));
            return null;
        }

        // Names of static functions are those of a unit: of several units one name may mean several.
        foreach (ElfObject linked in new[] { original, patched }.Where(unit => UnitsOf(unit) > 1))
            diagnostics.Add(DiffMessages.SeveralUnits(new SourcePlace(linked.FileName), UnitsOf(linked)));
        if (diagnostics.HasErrors)
            return null;
        return DiffArchitectures.Check(original.Header.Machine, new SourcePlace(original.FileName), diagnostics)
            ? new UnitDiff(new UnitObject(original), new UnitObject(patched))
            : null;
    }

    private static int UnitsOf(ElfObject unit) => unit.Symbols.Count(symbol => symbol.Type == ElfSymbolType.File);
}
