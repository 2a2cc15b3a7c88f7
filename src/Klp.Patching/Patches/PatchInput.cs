using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>A patch file of the user.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Strip">How many folders are taken off the names in it, as by the option -p of patch(1); git's patches need 1.</param>
/// <param name="Place">Where the user names it, for messages that it cannot be read; null where that is not known.</param>
public sealed record PatchInput(string Path, int Strip, SourcePlace? Place)
{
    /// <summary>What it is called where it is spoken of: as the user names it, or by the name of its file.</summary>
    public string Name { get; init; } = System.IO.Path.GetFileName(Path);
}
