using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>A symbol of the kernel or a module, as a livepatch symbol names it.</summary>
/// <param name="ObjectName">The object that provides it: <c>vmlinux</c> or a module's run-time name.</param>
/// <param name="Name">Its name.</param>
/// <param name="Sympos">0 when the name is unique in the object, else its 1-based position in kallsyms order.</param>
public sealed record KernelSymbol(string ObjectName, string Name, Sympos Sympos)
{
    /// <summary>The symbol in messages: <c>vmlinux:name</c> or <c>vmlinux:name,2</c>.</summary>
    public override string ToString() =>
        Sympos.IsOnly ? $"{ObjectName}:{Name}" : FormattableString.Invariant($"{ObjectName}:{Name},{Sympos}");
}
