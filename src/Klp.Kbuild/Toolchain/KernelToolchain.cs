using System.Globalization;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Toolchain;

/// <summary>The compiler and the make that build a module for a kernel.</summary>
/// <param name="CrossCompile">The value of <c>CROSS_COMPILE=</c>; empty for none.</param>
/// <param name="Llvm">The value of <c>LLVM=</c>; empty for a kernel that gcc built.</param>
/// <param name="Program">The compiler as kbuild calls it: <c>aarch64-linux-gnu-gcc</c>, <c>clang-19</c>.</param>
/// <param name="Compiler">The file that a call of the compiler runs, which may be ccache under its name.</param>
/// <param name="Make">The file of make.</param>
public sealed record KernelToolchain(string CrossCompile, string Llvm, string Program, string Compiler, string Make)
{
    /// <summary>Finds the tools for a kernel.</summary>
    /// <param name="tree">The kernel.</param>
    /// <param name="crossCompile">The prefix the user asks for; empty to take the usual one.</param>
    /// <param name="diagnostics">Receives an error for each tool that is missing.</param>
    public static KernelToolchain? Find(KernelTree tree, string crossCompile, DiagnosticBag diagnostics)
    {
        bool isClang = tree.Config.IsEnabled("CC_IS_CLANG");
        string prefix = crossCompile.Length > 0 || isClang || tree.Architecture.IsHost
            ? crossCompile
            : tree.Architecture.DefaultCrossCompile;
        string llvm = isClang ? LlvmValue(tree) : "";
        string program = isClang ? "clang" + LlvmVersion(llvm) : prefix + "gcc";
        string Fix() => Advice(tree.Architecture, prefix, llvm);
        // A link to ccache alone compiles nothing.
        string? compiler = Masquerade.FindCompiler(program) is null ? null : ExecutableSearch.Find(program);
        if (compiler is null)
            diagnostics.Add(ToolchainMessages.CompilerMissing(program, tree.Architecture.ToString(), tree.Release, Fix()));

        string linker = "ld.lld" + LlvmVersion(llvm);
        if (isClang && ExecutableSearch.Find(linker) is null)
            diagnostics.Add(ToolchainMessages.LinkerMissing(linker, tree.Architecture.ToString(), tree.Release, Fix()));

        string? make = ExecutableSearch.Find("make");
        if (make is null)
            diagnostics.Add(ToolchainMessages.MakeMissing());
        return compiler is null || make is null || diagnostics.HasErrors
            ? null
            : new KernelToolchain(prefix, llvm, program, compiler, make);
    }

    private static string Advice(KernelArchitecture architecture, string prefix, string llvm)
    {
        if (llvm.Length > 0)
            return ToolchainMessages.InstallLlvm(LlvmVersion(llvm));
        if (prefix.Length == 0)
            return ToolchainMessages.Install("gcc");
        string package = prefix == architecture.DefaultCrossCompile
            ? architecture.CompilerPackage
            : $"gcc-{prefix.TrimEnd('-').Replace('_', '-')}";
        return prefix.Contains('/', StringComparison.Ordinal)
            ? ToolchainMessages.CorrectPrefix()
            : ToolchainMessages.InstallCross(package);
    }

    // Debian installs LLVM 19 as clang-19, ld.lld-19 and so on, for which kbuild takes LLVM=-19. A clang without a number may
    // be of another version than the kernel's.
    private static string LlvmValue(KernelTree tree)
    {
        const string Unnumbered = "1";
        if (!int.TryParse(tree.Config.Value("CLANG_VERSION"), out int version))
            return Unnumbered;
        string major = (version / 10000).ToString(CultureInfo.InvariantCulture);
        bool isThere = ExecutableSearch.Find("clang-" + major) is not null;
        return ExecutableSearch.Find("clang") is { } clang
            ? (isThere && MajorVersion(clang) != major ? "-" + major : Unnumbered)
            : "-" + major;
    }

    private static string MajorVersion(string clang)
    {
        string version = "";
        using ProcessGroup group = new(clang, ["-dumpversion"]);
        group.Run(line => version = line, _ => { }, CancellationToken.None);
        return version.Split('.')[0];
    }

    // What LLVM= adds to the names of the tools.
    private static string LlvmVersion(string llvm) => llvm.StartsWith('-') ? llvm : "";
}
