using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// The static variables of a unit that stand in sections of their own choice (<c>__read_mostly</c>, <c>DEFINE_PER_CPU</c>), which
/// -fdata-sections does not split. The assembler refers to them by the section's beginning, so that <c>table - 16</c>, which the
/// compiler makes of a loop over <c>table[i - 1]</c>, looks like the variable before it; and the kernel's object, which has section
/// anchors, has another one there. Of a global symbol the assembler keeps the name: it is made one for the comparison.
/// </summary>
public static partial class SharedVariables
{
    // What -fdata-sections gives a section for each variable.
    private static readonly string[] Split = [".data", ".bss", ".rodata"];

    /// <summary>The variables of an object whose names are to be kept.</summary>
    /// <param name="unit">The object of the kernel's build.</param>
    /// <returns>Names; not those that the compiler numbers, which another version of the unit may have for something else.</returns>
    public static IReadOnlySet<string> NamesIn(ElfObject unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return unit.Symbols
            .Where(symbol => symbol is { Type: ElfSymbolType.Object, Binding: ElfSymbolBinding.Local, Section: ElfDataSection section }
                && section.Flags.HasFlag(ElfSectionFlags.Alloc) && !Split.Contains(section.Name)
                && SectionRoles.Of(section) == SectionRole.Contents && Plain().IsMatch(symbol.Name))
            .Select(symbol => symbol.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The source that makes variables global for the assembler, and for nobody else.</summary>
    /// <param name="names">The variables.</param>
    public static string Declarations(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return string.Concat(names.Order(StringComparer.Ordinal).Select(name => $"__asm__(\".globl {name}\");\n"));
    }

    /// <summary>Makes variables static again, as they are in the source.</summary>
    /// <param name="unit">What was compiled with <see cref="Declarations"/>.</param>
    /// <param name="names">The variables.</param>
    public static void Restore(ElfObject unit, IReadOnlySet<string> names)
    {
        ArgumentNullException.ThrowIfNull(unit);
        foreach (ElfSymbol symbol in unit.Symbols.Where(symbol => symbol.Section is not null && names.Contains(symbol.Name)))
            symbol.Binding = ElfSymbolBinding.Local;
    }

    /// <summary>The names of an object's symbols that other objects see.</summary>
    /// <param name="unit">The object.</param>
    public static IEnumerable<string> GlobalsOf(ElfObject unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return unit.Symbols.Where(symbol => symbol is { Section: not null } && symbol.Binding != ElfSymbolBinding.Local)
            .Select(symbol => symbol.Name);
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z_0-9]*$")]
    private static partial Regex Plain();
}
