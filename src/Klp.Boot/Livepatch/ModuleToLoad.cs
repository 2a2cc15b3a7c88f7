namespace Klp.Boot.Livepatch;

/// <summary>A module for the guest.</summary>
/// <param name="NameOrFile">Its name in the kernel tree, or the path of a .ko.</param>
/// <param name="Parameters">Its parameters, parted by spaces.</param>
public sealed record ModuleToLoad(string NameOrFile, string Parameters = "")
{
    /// <summary>A module without parameters.</summary>
    public static implicit operator ModuleToLoad(string nameOrFile) => new(nameOrFile);

    /// <summary>A module without parameters.</summary>
    public static ModuleToLoad FromString(string nameOrFile) => new(nameOrFile);
}
