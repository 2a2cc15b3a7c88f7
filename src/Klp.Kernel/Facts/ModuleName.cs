namespace Klp.Kernel.Facts;

/// <summary>Names of modules as the running kernel knows them.</summary>
public static class ModuleName
{
    /// <summary>The name of the object that is the kernel itself.</summary>
    public const string Vmlinux = "vmlinux";

    /// <summary>The longest name in characters: MODULE_NAME_LEN is 56 on 64-bit kernels, its NUL included.</summary>
    public const int MaxLength = 55;

    /// <summary>
    /// The run-time name of a module file: without folder and <c>.ko</c> (or <c>.ko.xz</c> and so on), with <c>-</c> as <c>_</c>,
    /// as scripts/Makefile.lib makes KBUILD_MODNAME.
    /// </summary>
    /// <param name="path">A path such as <c>drivers/md/dm-mod.ko</c>, or <c>drivers/md/dm-mod</c> as in Module.symvers.</param>
    public static string FromPath(string path)
    {
        string name = Path.GetFileName(path);
        int extension = name.LastIndexOf(".ko", StringComparison.Ordinal);
        if (extension > 0)
            name = name[..extension];
        return name.Replace('-', '_');
    }
}
