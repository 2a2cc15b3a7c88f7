namespace Klp.Boot.Tests;

/// <summary>Builds modules for the demo kernel from C text, with kbuild alone.</summary>
internal static class KbuildModule
{
    /// <summary>Builds NAME.c of each pair into NAME.ko in the folder.</summary>
    public static async Task BuildAsync(TestFolder folder, params (string Name, string Source)[] modules)
    {
        foreach ((string name, string source) in modules)
            folder.Write(name + ".c", "#include <linux/module.h>\n" + source + "\nMODULE_LICENSE(\"GPL\");\n");
        folder.Write("Kbuild", string.Concat(modules.Select(module => $"obj-m += {module.Name}.o\n")));

        KernelUnderTest kernel = DemoKernel.Kernel;
        (int exitCode, string output) = await HostProgram.RunAsync("make",
            ["-s", "-C", kernel.Tree, $"ARCH={kernel.Machine.Architecture}", $"CROSS_COMPILE={kernel.CrossCompile}", $"M={folder.Path}", "modules"],
            "", CancellationToken.None);
        Assert.True(exitCode == 0, output);
    }
}
