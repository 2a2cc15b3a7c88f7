using Klp.Elf;

namespace Klp.Livepatch.Kernel;

/// <summary>
/// What every module of a kernel has in common, read from one that was built with it: the kernel's compiler laid out its
/// structures, so their sizes need no constants of ours.
/// </summary>
internal sealed class ReferenceModule
{
    /// <summary>The section that holds struct module.</summary>
    internal const string ThisModule = ".gnu.linkonce.this_module";

    private ReferenceModule(ElfImage module, int thisModule)
    {
        StructModuleSize = module.Sections[thisModule].Size;
        VerMagic = ModuleInfo.Read(module).Find("vermagic");
        SectionNames = [.. Enumerable.Range(0, module.Sections.Count).Select(module.SectionName)];
    }

    /// <summary>sizeof(struct module) in bytes.</summary>
    internal ulong StructModuleSize { get; }

    /// <summary>The kernel's vermagic, or null when the module has none.</summary>
    internal string? VerMagic { get; }

    /// <summary>The names of its sections.</summary>
    internal HashSet<string> SectionNames { get; }

    /// <summary>Reads the first module of a kernel that can be read; null when there is none. Those built outside the tree are not asked.</summary>
    internal static ReferenceModule? Of(KernelTree tree)
    {
        foreach (string path in tree.ModulePaths.Except(tree.ExternalModules))
        {
            try
            {
                using ElfImage module = ModuleImage.Open(path);
                int index = module.FindSection(ThisModule);
                if (index >= 0)
                    return new ReferenceModule(module, index);
            }
            catch (Exception problem) when (problem is ElfFormatException or InvalidDataException or IOException)
            {
                // The database's diagnostics tell of damaged modules; another one serves as well.
            }
        }

        return null;
    }
}
