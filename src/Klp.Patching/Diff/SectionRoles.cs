using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Diff;

/// <summary>Tells what the sections of a kernel's objects are for, by their names (include/asm-generic/vmlinux.lds.h).</summary>
internal static class SectionRoles
{
    private static readonly string[] Dropped =
    [
        ".comment", ".note", ".discard", ".debug", ".eh_frame", ".init.eh_frame", "__tracepoint_check", ".llvm",
        ".stab", ".gnu.", "__ksymtab", "___ksymtab", "__kcrctab", ".ARM", ".BTF_ids.", ".kunit",
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
        if (!section.Flags.HasFlag(ElfSectionFlags.Alloc) || Dropped.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))
            return SectionRole.Dropped;
        if (Registrations.Any(begin => name.StartsWith(begin, StringComparison.Ordinal)))
            return SectionRole.Registration;
        if (name.StartsWith("runtime_", StringComparison.Ordinal))
            return SectionRole.RuntimeConstant;
        return SpecialTable.Find(name) is null ? SectionRole.Contents : SectionRole.Table;
    }
}
