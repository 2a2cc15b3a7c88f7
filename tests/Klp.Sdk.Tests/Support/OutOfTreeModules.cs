namespace Klp.Sdk.Tests.Support;

/// <summary>Modules that kbuild builds outside the kernel tree, as those of a vendor are. A test class shares them as its fixture.</summary>
public sealed class OutOfTreeModules : IDisposable
{
    private const string Driver = """
        #include <linux/module.h>
        int vendor_driver_call(int x);
        static noinline int vendor_driver_static(int x) { pr_info("%d\n", x); return x + 1; }
        int vendor_driver_call(int x) { return vendor_driver_static(x) + vendor_driver_static(x + 1); }
        EXPORT_SYMBOL_GPL(vendor_driver_call);
        MODULE_DESCRIPTION("A module to patch");
        MODULE_LICENSE("GPL");

        """;

    private const string Helper = """
        #include <linux/module.h>
        static noinline int vendor_helper_static(int x) { pr_info("%d\n", x); return x; }
        int vendor_helper_call(int x);
        int vendor_helper_call(int x) { return vendor_helper_static(x); }
        EXPORT_SYMBOL_GPL(vendor_helper_call);
        MODULE_DESCRIPTION("Another");
        MODULE_LICENSE("GPL");

        """;

    // kbuild takes no path with spaces.
    private readonly TempFolder folder = new();

    public OutOfTreeModules()
    {
        folder.Write("vendor-driver.c", Driver);
        folder.Write("vendor-helper.c", Helper);
        folder.Write("Kbuild", "obj-m := vendor-driver.o vendor-helper.o\n");
        Tool.Run("make", "-s", "-C", TestKernel.Tree, $"M={folder.Path}", $"ARCH={TestKernel.Architecture.KbuildName}", $"CROSS_COMPILE={TestKernel.Architecture.DefaultCrossCompile}", "modules");
    }

    /// <summary>Copies vendor-driver.ko, vendor-helper.ko or Module.symvers into a folder, and returns the copy's path.</summary>
    internal string CopyTo(string target, string name)
    {
        Directory.CreateDirectory(target);
        string copy = Path.Combine(target, name);
        File.Copy(folder[name], copy, overwrite: true);
        return copy;
    }

    public void Dispose() => folder.Dispose();
}
