using System.Text;
using Klp.Elf.Image;
using Klp.Elf.Model;

namespace Klp.Kernel.Modules;

/// <summary>
/// The <c>.modinfo</c> section of a module: <c>tag=value</c> strings, each ended by NUL (include/linux/module.h, MODULE_INFO).
/// It is what modinfo prints.
/// </summary>
public sealed class ModuleInfo
{
    /// <summary>The section's name.</summary>
    public const string SectionName = ".modinfo";

    private readonly List<(string Tag, string Value)> entries = [];

    private ModuleInfo(ReadOnlySpan<byte> contents)
    {
        foreach (string entry in Encoding.Latin1.GetString(contents).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                entries.Add((entry[..equals], entry[(equals + 1)..]));
        }
    }

    /// <summary>Every tag and value in the order of the section.</summary>
    public IReadOnlyList<(string Tag, string Value)> Entries => entries;

    /// <summary>True when the module says that it is a livepatch. The loader asks only for the tag (check_modinfo_livepatch).</summary>
    public bool IsLivepatch => Find("livepatch") is not null;

    /// <summary>Reads the section of an image; no entries where there is none.</summary>
    /// <param name="module">The module.</param>
    public static ModuleInfo Read(ElfImage module)
    {
        ArgumentNullException.ThrowIfNull(module);
        int index = module.FindSection(SectionName);
        return new ModuleInfo(index < 0 ? [] : module.ReadSection(index));
    }

    /// <summary>Reads the section of an object; no entries where there is none.</summary>
    /// <param name="module">The module.</param>
    public static ModuleInfo Read(ElfObject module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new ModuleInfo(module.FindSection(SectionName) is ElfDataSection section ? section.Contents : []);
    }

    /// <summary>The first value of a tag, or null.</summary>
    /// <param name="tag">The tag, such as <c>depends</c>.</param>
    public string? Find(string tag) => entries.Find(entry => entry.Tag == tag).Value;
}
