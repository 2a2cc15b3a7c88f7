using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Processes;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>Builds modules from C text, with kbuild alone.</summary>
internal static class KbuildModule
{
    /// <summary>Builds NAME.c of each pair into NAME.ko in the folder, for the demo kernel. Each gets linux/module.h and a license.</summary>
    public static Task BuildAsync(TestFolder folder, params (string Name, string Source)[] modules) => CompileAsync(folder, DemoKernel.Kernel,
        [.. modules.Select(module => (module.Name, "#include <linux/module.h>\n" + module.Source + "\nMODULE_LICENSE(\"GPL\");\n"))]);

    /// <summary>Builds NAME.c of each pair into NAME.ko in the folder. A symbol that no one exports stays undefined.</summary>
    public static async Task CompileAsync(TestFolder folder, KernelUnderTest kernel, params (string Name, string Source)[] modules)
    {
        foreach ((string name, string source) in modules)
            folder.Write(name + ".c", source);
        folder.Write("Kbuild", string.Concat(modules.Select(module => $"obj-m += {module.Name}.o\n")) +
            $"ccflags-y += -I{Repository.Combine("src", "Klp.Sdk", "include")}\n");

        (int exitCode, string output) = await HostProgram.RunAsync("make",
            [
                "-s", "-j2", "-C", kernel.Tree.BuildDirectory, $"ARCH={kernel.Tree.Architecture.KbuildName}", $"CROSS_COMPILE={kernel.CrossCompile}",
                $"M={folder.Path}", "KBUILD_MODPOST_WARN=1", "modules",
            ],
            "", CancellationToken.None);
        Assert.True(exitCode == 0, output);
    }
}
