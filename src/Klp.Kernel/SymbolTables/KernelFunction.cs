using Klp.DebugInfo.Types;

namespace Klp.Kernel.SymbolTables;

/// <summary>A function of a kernel or a module, as debug information has it.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="SectionName">Of a module the section of its code; null in vmlinux.</param>
/// <param name="Address">
/// Where its code starts: in vmlinux an address, in a module bytes from the start of the section. Null where it is in several
/// pieces.
/// </param>
/// <param name="Type">Its type, or null where that is not told.</param>
/// <param name="InlinedInto">The functions that have copies of it inlined and stay after the start, each once.</param>
/// <param name="SourcePath">
/// The file in the kernel's source that was compiled, such as fs/proc/inode.c, or null where that is not told.
/// </param>
public sealed record KernelFunction(
    string Name, string? SectionName, ulong? Address, DebugType? Type, IReadOnlyList<string> InlinedInto, string? SourcePath);
