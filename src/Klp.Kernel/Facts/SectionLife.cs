using Klp.Elf.Constants;

namespace Klp.Kernel.Facts;

/// <summary>How long the kernel keeps sections of code and data: what is for a start only, it frees.</summary>
public static class SectionLife
{
    /// <summary>How the names of sections begin that are for the start (include/linux/init.h).</summary>
    public const string Init = ".init";

    /// <summary>How the names of sections begin that are for the end (include/linux/init.h).</summary>
    public const string Exit = ".exit";

    /// <summary>True for a section of what is for the start: <c>__init</c>.</summary>
    /// <param name="section">The section's name, such as <c>.init.text</c>.</param>
    public static bool IsInit(string section) => Begins(section, Init);

    /// <summary>True for a section of what is for the end: <c>__exit</c>.</summary>
    /// <param name="section">The section's name, such as <c>.exit.text</c>.</param>
    public static bool IsExit(string section) => Begins(section, Exit);

    /// <summary>
    /// True for a section of vmlinux that the kernel frees when it has started; it never ends, so what is for its end goes too.
    /// </summary>
    /// <param name="section">The section's name, such as <c>.init.text</c>.</param>
    public static bool IsFreedOfVmlinux(string section) => IsInit(section) || IsExit(section);

    /// <summary>
    /// True for a section of a module that the kernel frees when the module has started (kernel/module/main.c,
    /// module_init_layout_section).
    /// </summary>
    /// <param name="section">The section's name, such as <c>.init.text</c>.</param>
    /// <param name="machine">
    /// The module's machine: powerpc keeps all sections (arch/powerpc/kernel/module_64.c, module_init_section).
    /// </param>
    /// <param name="unloads">False for a kernel without CONFIG_MODULE_UNLOAD, whose modules never end.</param>
    public static bool IsFreedOfModule(string section, ElfMachine machine, bool unloads = true) =>
        (IsInit(section) && machine != ElfMachine.PowerPC64) || (IsExit(section) && !unloads);

    /// <summary>True for a section that the kernel frees when the object has started.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="section">The section's name, such as <c>.init.text</c>.</param>
    /// <param name="machine">The kernel's machine.</param>
    public static bool IsFreed(string objectName, string section, ElfMachine machine) =>
        objectName == ModuleName.Vmlinux ? IsFreedOfVmlinux(section) : IsFreedOfModule(section, machine);

    private static bool Begins(string section, string beginning)
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.StartsWith(beginning, StringComparison.Ordinal);
    }
}
