using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>
/// The runtime constants of a unit (<c>runtime_const_ptr()</c> and its like): instructions with a placeholder, which the kernel
/// overwrites as it starts, and not in a livepatch. Compiled by the kernel's own generic definition (asm-generic/runtime-const.h),
/// code reads the variable instead that the constant is made from. Both versions are compiled so, for the comparison; then the
/// compiler may inline otherwise than in the kernel, and number what it makes otherwise.
/// </summary>
public static class RuntimeConstants
{
    /// <summary>The header of the generic definition, from the kernel's include directory.</summary>
    public const string GenericHeader = "asm-generic/runtime-const.h";

    // Section names of include/asm-generic/vmlinux.lds.h: RUNTIME_CONST_VARIABLES.
    private const string Prefix = "runtime_";

    /// <summary>The variables that the constants of a unit are made from.</summary>
    /// <param name="unit">The object of the kernel's build.</param>
    public static IReadOnlySet<string> VariablesIn(ElfObject unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return unit.Sections.Where(section => SectionRoles.Of(section) == SectionRole.RuntimeConstant)
            .Select(section => VariableOf(section.Name)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The source that takes the place of the machine's own definition, to be read before it.</summary>
    public static string Preamble => $"#include <{GenericHeader}>\n";

    // runtime_ptr_dentry_hashtable
    private static string VariableOf(string section) =>
        section.IndexOf('_', Prefix.Length) is var at and > 0 ? section[(at + 1)..] : section;
}
