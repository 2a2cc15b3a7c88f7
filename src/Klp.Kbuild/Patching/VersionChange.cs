namespace Klp.Kbuild.Patching;

/// <summary>A symbol whose CRC a patch changes, with which modules say what they take its type for (CONFIG_MODVERSIONS).</summary>
/// <param name="Symbol">The exported symbol.</param>
/// <param name="Original">Its CRC in the kernel.</param>
/// <param name="Patched">Its CRC with the patch.</param>
/// <param name="Cause">The symbol, where its own declaration is another; else the type to which it leads and that is.</param>
public sealed record VersionChange(string Symbol, uint Original, uint Patched, string Cause);
