using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Toolchain;

/// <summary>What there is to say of tools that a kernel's modules are built with and that are not there.</summary>
internal static class ToolchainMessages
{
    internal static Diagnostic CompilerMissing(string program, string architecture, string release, string advice) =>
        DiagnosticCodes.CompilerMissing.At(null,
            $"The compiler {program}, which modules for the {architecture} kernel {release} need, was not found. {advice}");

    internal static Diagnostic LinkerMissing(string linker, string architecture, string release, string advice) =>
        DiagnosticCodes.CompilerMissing.At(null,
            $"The linker {linker}, which modules for the {architecture} kernel {release} need, was not found. {advice}");

    internal static Diagnostic MakeMissing() => DiagnosticCodes.MakeMissing.At(null,
        $"make, with which the kernel builds modules, was not found. Install it: {PackageAdvice.Command("make", "apt")}");

    /// <summary>The way out where LLVM is missing.</summary>
    /// <param name="version">What its packages have behind their names.</param>
    internal static string InstallLlvm(string version) =>
        "The kernel was built with clang. Install LLVM: "
        + PackageAdvice.Command($"clang{version} lld{version} llvm{version}", "apt");

    internal static string Install(string package) => $"Install it: {PackageAdvice.Command(package, "apt")}";

    internal static string InstallCross(string package) =>
        $"{Install(package)}. Or set {HostWord.CrossCompile} to the prefix of another compiler.";

    internal static string CorrectPrefix() =>
        $"Correct {HostWord.CrossCompile} (or CROSS_COMPILE), which is the path of the compiler without \"gcc\".";
}
