using System.CommandLine;

namespace Klp.Tool.Commands;

/// <summary>Options that several commands have, so that they are the same in each.</summary>
internal static class SharedOptions
{
    /// <summary><c>--json</c>: diagnostics as JSON.</summary>
    internal static Option<bool> Json { get; } = new("--json") { Description = "Write what is reported as JSON on standard output." };

    /// <summary><c>--module</c>.</summary>
    internal static Option<string[]> Module() => new("--module", "-m")
    {
        Description = "A module that was built outside the kernel tree. May be given more than once.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary><c>--kernel</c>.</summary>
    internal static Option<string> Kernel() => new("--kernel", "-k")
    {
        Description = "The kernel tree: the directory in which the kernel was built, or a distribution's headers. Default: $KLP_KERNEL_TREE.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("KLP_KERNEL_TREE") ?? "",
    };
}
