using Klp.Elf.Constants;
using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Trees;

/// <summary>
/// What a symbol database is made from. The kernel's own symbols come from the first of <see cref="KallsymsPath"/>,
/// <see cref="VmlinuxPath"/>, <see cref="ImagePath"/> and <see cref="SystemMapPath"/> that is set; without any the database
/// has only modules.
/// </summary>
public sealed record SymbolSources
{
    /// <summary>A copy of /proc/kallsyms of the running kernel; modules that are in it need no file.</summary>
    public string? KallsymsPath { get; init; }

    /// <summary>
    /// The contents of <see cref="KallsymsPath"/> where it is only a name for them, such as standard input; read once. Else null.
    /// </summary>
    public Stream? KallsymsContents { get; init; }

    /// <summary>The linked kernel with its symbol table.</summary>
    public string? VmlinuxPath { get; init; }

    /// <summary>The image that boots (vmlinuz).</summary>
    public string? ImagePath { get; init; }

    /// <summary>The byte order of the kernel in <see cref="ImagePath"/>.</summary>
    public ElfByteOrder ImageByteOrder { get; init; } = ElfByteOrder.Little;

    /// <summary>The kernel's System.map.</summary>
    public string? SystemMapPath { get; init; }

    /// <summary>Modules (.ko, or .ko.gz, .ko.xz, .ko.zst), in the order in which they are written.</summary>
    public IReadOnlyList<string> ModulePaths { get; init; } = [];

    /// <summary>
    /// A Module.symvers whose exports are added as <c>__ksymtab_</c> names where kallsyms does not show them, for databases
    /// that are used without a Module.symvers.
    /// </summary>
    public string? SymversPath { get; init; }

    /// <summary>
    /// What there is to tell about the choice of these files when a database is made from them; an error keeps it from being
    /// made.
    /// </summary>
    public IReadOnlyList<Diagnostic> Notes { get; init; } = [];

    /// <summary>Every file the database is made from.</summary>
    public IEnumerable<string> Files =>
        new[] { KallsymsPath ?? VmlinuxPath ?? ImagePath ?? SystemMapPath, SymversPath }.OfType<string>().Concat(ModulePaths);
}
