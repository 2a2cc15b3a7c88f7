using Klp.Boot.Host;

namespace Klp.Boot.Tests.Kernels;

/// <summary>How documents name a kernel: what a run observed holds for its release as its compiler made it.</summary>
internal static class KernelName
{
    /// <summary>The release and the compiler of a kernel: "7.3.4, gcc 12.2.0".</summary>
    public static string Of(KernelUnderTest kernel) => $"{kernel.Release}, {Compiler(kernel)}";

    /// <summary>The compiler that a kernel was built with, by its own configuration: "gcc 12.2.0", "clang 19.1.7".</summary>
    public static string Compiler(KernelUnderTest kernel)
    {
        // "aarch64-linux-gnu-gcc (Debian 12.2.0-14) 12.2.0", "Debian clang version 19.1.7 (3+b1)"
        string text = kernel.Tree.Config.Value("CC_VERSION_TEXT") ?? "";
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int version = Array.IndexOf(words, "version");
        return text.Contains("clang", StringComparison.Ordinal) ? "clang " + words[version + 1] : "gcc " + words[^1];
    }
}
