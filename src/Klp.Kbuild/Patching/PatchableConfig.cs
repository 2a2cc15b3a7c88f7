using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Kbuild.Patching;

/// <summary>The options of a kernel with which its objects cannot be compared, or taken apart.</summary>
public static class PatchableConfig
{
    private static readonly (string Option, string Reason)[] Hindrances =
    [
        ("LTO_CLANG", "its objects hold LLVM's intermediate code, and what the functions became is decided as vmlinux is linked"),
        ("RANDSTRUCT", "structures are laid out by a random seed"),
        ("GCC_PLUGIN_LATENT_ENTROPY", "each compile puts other random numbers into the code"),
        ("KCOV", "the compiler puts calls into all code, which count what runs"),
        ("GCOV_KERNEL", "the compiler puts counters into all code, in data of each object"),
    ];

    /// <summary>Checks a kernel's configuration.</summary>
    /// <param name="configPath">Its <c>.config</c>.</param>
    /// <param name="diagnostics">Receives an error for each option that hinders.</param>
    /// <returns>False after an error.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Check(string configPath, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        KernelConfig config = KernelConfig.Read(configPath);
        foreach ((string option, string reason) in Hindrances.Where(hindrance => config.IsEnabled(hindrance.Option)))
            diagnostics.Add(UnitMessages.Unprovable(configPath, option, reason));
        return !diagnostics.HasErrors;
    }
}
