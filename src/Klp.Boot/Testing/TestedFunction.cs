using Klp.Boot.Livepatch;
using Klp.Kernel.Facts;

namespace Klp.Boot.Testing;

/// <summary>A function that a livepatch patches.</summary>
/// <param name="Livepatch">The livepatch's name, as in /sys/kernel/livepatch.</param>
/// <param name="Object">The patched object: vmlinux or a module.</param>
/// <param name="Name">The function.</param>
/// <param name="Sympos">Its position among those of its name, from 1; 0 where the name is unique.</param>
internal sealed record TestedFunction(string Livepatch, string Object, string Name, Sympos Sympos)
{
    /// <summary>Its directory in the guest (Documentation/ABI/testing/sysfs-kernel-livepatch), which says 1 for a unique name.</summary>
    public string Folder => $"{ObjectFolder}/{Name},{Sympos.Ordinal}";

    /// <summary>The file that says whether its object is patched; kernels before 6.2 have none.</summary>
    public string PatchedFile => $"{ObjectFolder}/patched";

    private string ObjectFolder => $"{LifeSteps.Folder(Livepatch)}/{Object}";
}
