using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Tells what the sections of a kernel's objects are for, by their names (include/asm-generic/vmlinux.lds.h).</summary>
internal static class SectionRoles
{
    // What a debugger reads, what tells the compiler, and what is for the linker alone.
    private static readonly string[] NeverLoaded =
    [
        ".debug", ".zdebug", ".line", ".stab", ".gnu.debug", ".comment", ".note.GNU-stack", ".llvm_addrsig", ".llvm.call-graph-profile",
    ];

    private static readonly string[] Dropped =
    [
        ".note", ".discard", ".eh_frame", ".init.eh_frame", "__tracepoint_check", ".llvm", ".gnu.",
        "__ksymtab", "___ksymtab", "__kcrctab", ".ARM", ".BTF_ids.", ".kunit",
    ];

    private static readonly string[] Registrations =
    [
        ".export_symbol", ".initcall", ".con_initcall", ".init.setup", "__param", ".modinfo", "_ftrace_events", "__tracepoints_ptrs",
        "__modver", ".init_array", ".ctors", "__syscalls_metadata", "_error_injection_whitelist", "_kprobe_blacklist",
        "__tracepoints_strings", "_ftrace_eval_map", "__earlycon_table", "__kunit", ".taglist",
    ];

    internal static SectionRole Of(ElfSection section)
    {
        string name = section.Name;
        if (!section.Flags.HasFlag(ElfSectionFlags.Alloc) || IsNeverLoaded(section) || BeginsWithOne(name, Dropped))
            return SectionRole.Dropped;
        if (BeginsWithOne(name, Registrations))
            return SectionRole.Registration;
        if (name.StartsWith("runtime_", StringComparison.Ordinal))
            return SectionRole.RuntimeConstant;
        return SpecialTable.Find(name) is null ? SectionRole.Contents : SectionRole.Table;
    }

    /// <summary>
    /// True for what nothing that is loaded is made from: the line of a function may differ in it, or the compiler's version.
    /// </summary>
    internal static bool IsNeverLoaded(ElfSection section) => BeginsWithOne(section.Name, NeverLoaded);

    private static bool BeginsWithOne(string name, string[] beginnings) =>
        Array.Exists(beginnings, begin => name.StartsWith(begin, StringComparison.Ordinal));
}
