namespace Klp.Kernel.Modules;

/// <summary>
/// Undefined symbols that the module loader takes care of itself (kernel/module/main.c, ignore_undef_symbol;
/// arch/powerpc/kernel/module_64.c).
/// </summary>
public static class LoaderSymbols
{
    /// <summary>True for ppc64's TOC anchor and x86-64's global offset table, which linkers define and modules do not have.</summary>
    public static bool Contains(string name) => name is ".TOC." or "_GLOBAL_OFFSET_TABLE_";
}
