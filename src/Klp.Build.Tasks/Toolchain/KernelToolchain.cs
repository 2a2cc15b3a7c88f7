using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Build.Tasks.Toolchain;

/// <summary>The compiler and the make that build a module for a kernel.</summary>
/// <param name="CrossCompile">The value of <c>CROSS_COMPILE=</c>; empty for none.</param>
/// <param name="Llvm">The value of <c>LLVM=</c>; empty for a kernel that gcc built.</param>
/// <param name="Compiler">The compiler's file.</param>
/// <param name="Make">The file of make.</param>
internal sealed record KernelToolchain(string CrossCompile, string Llvm, string Compiler, string Make)
{
    /// <summary>Finds the tools for a kernel.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="crossCompile">The prefix the user asks for; empty to take the usual one.</param>
    /// <param name="diagnostics">Receives an error for each tool that is missing.</param>
    internal static KernelToolchain? Find(KernelTree tree, string crossCompile, DiagnosticBag diagnostics)
    {
        bool isClang = tree.Config.IsEnabled("CC_IS_CLANG");
        string prefix = crossCompile.Length > 0 || isClang || tree.Architecture.IsHost ? crossCompile : tree.Architecture.DefaultCrossCompile;
        string llvm = isClang ? LlvmSuffix(tree) : "";
        string program = isClang ? ClangName(llvm) : prefix + "gcc";
        string? compiler = ExecutableSearch.Find(program);
        if (compiler is null)
            diagnostics.AddError(DiagnosticCodes.CompilerMissing, $"The compiler {program}, which modules for the {tree.Architecture} kernel {tree.Release} need, was not found. {Advice(tree.Architecture, prefix, isClang)}");

        string? make = ExecutableSearch.Find("make");
        if (make is null)
            diagnostics.AddError(DiagnosticCodes.MakeMissing, "make, with which the kernel builds modules, was not found. Install it, on Debian with: apt install make");
        return compiler is null || make is null ? null : new KernelToolchain(prefix, llvm, compiler, make);
    }

    private static string Advice(KernelArchitecture architecture, string prefix, bool isClang)
    {
        if (isClang)
            return "The kernel was built with clang. Install it, on Debian with: apt install clang lld llvm";
        if (prefix.Length == 0)
            return "Install it, on Debian with: apt install gcc";
        string package = prefix == architecture.DefaultCrossCompile ? architecture.CompilerPackage : $"gcc-{prefix.TrimEnd('-').Replace('_', '-')}";
        return prefix.Contains('/', StringComparison.Ordinal)
            ? "Correct KlpCrossCompile (or CROSS_COMPILE), which is the path of the compiler without \"gcc\"."
            : $"Install it, on Debian with: apt install {package}. Or set KlpCrossCompile to the prefix of another compiler.";
    }

    // Debian installs a clang of a certain version as clang-19; kbuild takes LLVM=-19 for it.
    private static string LlvmSuffix(KernelTree tree)
    {
        if (ExecutableSearch.Find("clang") is not null || !int.TryParse(tree.Config.Value("CLANG_VERSION"), out int version))
            return "1";
        string suffix = $"-{version / 10000}";
        return ExecutableSearch.Find("clang" + suffix) is null ? "1" : suffix;
    }

    private static string ClangName(string llvm) => llvm == "1" ? "clang" : "clang" + llvm;
}
