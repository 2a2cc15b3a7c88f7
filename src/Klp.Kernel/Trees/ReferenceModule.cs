using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Modules;

namespace Klp.Kernel.Trees;

/// <summary>
/// What every module of a kernel has in common, read from those that were built with it: the kernel's compiler laid out its
/// structures, so their sizes and the places of their members need no constants of ours.
/// </summary>
public sealed class ReferenceModule
{
    /// <summary>The section that holds struct module.</summary>
    public const string ThisModule = ".gnu.linkonce.this_module";

    /// <summary>The symbols that module_init and module_exit make (include/linux/module.h).</summary>
    public const string StartFunction = "init_module", ExitFunction = "cleanup_module";

    // Most modules have both functions; of a kernel without CONFIG_MODULE_UNLOAD none has an exit function.
    private const int MostModules = 8;
    private const int RelocationBytes = 24;

    private ReferenceModule(ElfImage module, int thisModule)
    {
        StructModuleSize = module.Sections[thisModule].Size;
        VerMagic = ModuleInfo.Read(module).Find("vermagic");
        SectionNames = [.. Enumerable.Range(0, module.Sections.Count).Select(module.SectionName)];
        NameOffset = FindName(module, thisModule);
        ReadFunctions(module, thisModule);
    }

    /// <summary>sizeof(struct module) in bytes.</summary>
    public ulong StructModuleSize { get; }

    /// <summary>The kernel's vermagic, or null when the module has none.</summary>
    public string? VerMagic { get; }

    /// <summary>The names of its sections.</summary>
    public HashSet<string> SectionNames { get; }

    /// <summary>Where struct module has the module's name, in bytes; null where that was not found.</summary>
    public int? NameOffset { get; }

    /// <summary>Where struct module points to <c>init_module</c>, in bytes; null where no module tells.</summary>
    public ulong? StartOffset { get; private set; }

    /// <summary>Where struct module points to <c>cleanup_module</c>, in bytes; null where no module tells.</summary>
    public ulong? ExitOffset { get; private set; }

    /// <summary>
    /// Reads modules of a kernel until one has told everything; null when none can be read. Those built outside the tree are not
    /// asked.
    /// </summary>
    internal static ReferenceModule? Read(KernelTree tree)
    {
        ReferenceModule? first = null;
        int read = 0;
        foreach (string path in tree.ModulePaths.Except(tree.ExternalModules))
        {
            try
            {
                using ElfImage module = ModuleImage.Open(path);
                if (module.FindSection(ThisModule) is not (var index and >= 0))
                    continue;
                if (first is null)
                    first = new ReferenceModule(module, index);
                else
                    first.ReadFunctions(module, index);
                if (first is { StartOffset: not null, ExitOffset: not null } || ++read == MostModules)
                    break;
            }
            catch (Exception problem) when (problem is ElfFormatException or InvalidDataException or IOException)
            {
                // The database's diagnostics tell of damaged modules; another one serves as well.
            }
        }

        return first;
    }

    private static int? FindName(ElfImage module, int thisModule)
    {
        if (ModuleInfo.Read(module).Find("name") is not { Length: > 0 } name || !module.Sections[thisModule].HasContents)
            return null;
        int at = module.ReadSection(thisModule).AsSpan().IndexOf(Encoding.Latin1.GetBytes(name + "\0"));
        return at < 0 ? null : at;
    }

    private void ReadFunctions(ElfImage module, int thisModule)
    {
        if (module.ReadSymbolTable() is not { } symbols)
            return;
        for (int i = 0; i < module.Sections.Count; i++)
        {
            if (module.Sections[i] is not { Type: ElfSectionType.Rela } section || section.Info != (uint)thisModule)
                continue;
            ReadOnlySpan<byte> relocations = module.ReadSection(i);
            for (; relocations.Length >= RelocationBytes; relocations = relocations[RelocationBytes..])
            {
                ulong offset = module.Header.ByteOrder.ReadUInt64(relocations);
                uint symbol = (uint)(module.Header.ByteOrder.ReadUInt64(relocations[8..]) >> 32);
                string name = symbol < symbols.Count ? symbols.Name(symbols[(int)symbol]) : "";
                if (name == StartFunction)
                    StartOffset ??= offset;
                else if (name == ExitFunction)
                    ExitOffset ??= offset;
            }
        }
    }
}
