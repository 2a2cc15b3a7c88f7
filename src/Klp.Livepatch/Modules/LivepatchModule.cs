using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Modules;

/// <summary>
/// A livepatch module with what its parts say, each read once and when it is first asked for. It tells of the module as it was
/// then: what changes the module, as <c>ConversionApplier</c> does, is done with it. Not for several threads at once.
/// </summary>
public sealed class LivepatchModule
{
    private readonly Lazy<ModuleInfo> info;
    private readonly Lazy<LivepatchTables> tables;
    private readonly Lazy<ElfIndex> index;
    private readonly Lazy<SymbolUses> uses;
    private readonly Lazy<SpecialSections> special;

    private LivepatchModule(ElfObject file, KernelTree? tree)
    {
        File = file;
        info = new Lazy<ModuleInfo>(() => ModuleInfo.Read(file));
        tables = new Lazy<LivepatchTables>(
            () => LivepatchTables.Read(file, tree is null ? LivepatchLayout.Usual : LivepatchLayout.Of(tree)));
        index = new Lazy<ElfIndex>(() => new ElfIndex(file));
        uses = new Lazy<SymbolUses>(() => new SymbolUses(file, Index));
        special = new Lazy<SpecialSections>(() => SpecialSections.Read(file));
    }

    /// <summary>The module's file.</summary>
    public ElfObject File { get; }

    /// <summary>The module's run-time name.</summary>
    public string Name => ModuleName.FromPath(Info.Find("name") ?? File.FileName);

    /// <summary>The module's modinfo.</summary>
    public ModuleInfo Info => info.Value;

    /// <summary>What the module patches, by tables of which the kernel's debug information says how they are laid out.</summary>
    /// <exception cref="IOException">vmlinux or the image that boots cannot be read.</exception>
    public LivepatchTables Tables => tables.Value;

    /// <summary>The module's symbols and relocations by place.</summary>
    internal ElfIndex Index => index.Value;

    /// <summary>Where the module uses its symbols.</summary>
    internal SymbolUses Uses => uses.Value;

    /// <summary>The places that the kernel rewrites.</summary>
    internal SpecialSections Special => special.Value;

    /// <summary>The sections that livepatch applies, by their flag.</summary>
    internal IEnumerable<ElfRelocationSection> LivepatchSections =>
        File.RelocationSections.Where(section => section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch));

    /// <summary>A module of a kernel.</summary>
    /// <param name="file">The module, before or after conversion.</param>
    /// <param name="tree">The kernel that it is for; null where that is not at hand, and the usual layout of tables has to do.</param>
    public static LivepatchModule Of(ElfObject file, KernelTree? tree)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new LivepatchModule(file, tree);
    }
}
