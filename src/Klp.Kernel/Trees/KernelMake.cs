using Klp.Kernel.Facts;

namespace Klp.Kernel.Trees;

/// <summary>
/// The command that builds a kernel, for messages. make without ARCH would configure the kernel anew for the machine that it runs on.
/// </summary>
public static class KernelMake
{
    /// <summary>The command, as the tree is configured.</summary>
    /// <param name="buildDirectory">The build directory.</param>
    /// <param name="targets">What is to be built: <c>vmlinux modules</c>.</param>
    /// <exception cref="IOException">The configuration cannot be read.</exception>
    public static string Command(string buildDirectory, string targets)
    {
        string path = Path.Combine(buildDirectory, ".config");
        KernelConfig? config = File.Exists(path) ? KernelConfig.Read(path) : null;
        return Command(buildDirectory, config, config is null ? null : KernelArchitecture.For(config), targets);
    }

    /// <summary>The command, for what is known of the tree.</summary>
    internal static string Command(string buildDirectory, KernelConfig? config, KernelArchitecture? architecture, string targets)
    {
        string compiler = config?.IsEnabled("CC_IS_CLANG") == true ? " LLVM=1"
            : architecture is null or { IsHost: true } ? "" : $" CROSS_COMPILE={architecture.DefaultCrossCompile}";
        string arch = architecture is null ? "" : $" ARCH={architecture.KbuildName}";
        return $"make -C {buildDirectory}{arch}{compiler} -j$(nproc) {targets}";
    }
}
