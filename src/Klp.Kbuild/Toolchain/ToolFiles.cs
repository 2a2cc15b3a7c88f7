using Klp.Kbuild.Processes;

namespace Klp.Kbuild.Toolchain;

/// <summary>The files of the programs by which kbuild makes a module: with another one of them it may become another.</summary>
/// <param name="Files">
/// The programs that are there, without symbolic links, so that it does not matter by which of them they are called.
/// </param>
/// <param name="Candidates">All places where they are looked for: what comes to one of these may be called instead.</param>
public sealed record ToolFiles(IReadOnlyList<string> Files, IReadOnlyList<string> Candidates)
{
    // What gcc itself calls; it looks in folders of its own. clang is all that it calls.
    private static readonly string[] CompilerParts = ["cc1", "as"];

    // Of binutils, as the kernel's makefile names them. pahole makes the module's BTF.
    private static readonly string[] Binutils = ["ld", "ar", "nm", "objcopy", "objdump", "readelf", "strip"];
    private static readonly string[] LlvmTools =
    [
        "ld.lld",
        "llvm-ar",
        "llvm-nm",
        "llvm-objcopy",
        "llvm-objdump",
        "llvm-readelf",
        "llvm-strip",
    ];

    /// <summary>Finds the files of a toolchain.</summary>
    /// <param name="toolchain">The tools.</param>
    /// <param name="environment">The names of the variables that the project lets through.</param>
    public static ToolFiles Of(KernelToolchain toolchain, IEnumerable<string> environment)
    {
        string suffix = toolchain.Llvm.StartsWith('-') ? toolchain.Llvm : "";
        IEnumerable<string> tools = toolchain.Llvm.Length > 0
            ? LlvmTools.Select(tool => tool + suffix)
            : Binutils.Select(tool => toolchain.CrossCompile + tool);
        string[] programs = [toolchain.Program, .. tools, toolchain.Make, "pahole"];

        IEnumerable<string?> found = programs.Skip(1).Select(ExecutableSearch.Find)
            .Append(Masquerade.FindCompiler(toolchain.Program))
            .Concat(toolchain.Llvm.Length > 0 ? [] : PartsOf(toolchain.Compiler, environment));
        return new ToolFiles(
            [.. found.OfType<string>().Select(RealPath.Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. programs.SelectMany(CandidatesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    // Also of a compiler that is a script, or behind a program that we do not know.
    private static IEnumerable<string?> PartsOf(string compiler, IEnumerable<string> environment)
    {
        Dictionary<string, string?> changes = KbuildEnvironment.Changes(Path.GetTempPath(), environment);
        foreach (string part in CompilerParts)
        {
            string answer = "";
            using (ProcessGroup group = new(compiler, ["-print-prog-name=" + part], changes))
                group.Run(line => answer = line, _ => { }, CancellationToken.None);
            yield return answer.Length > 0 ? ExecutableSearch.Find(answer) : null;
        }
    }

    // Behind a path there may be one of those that look on PATH for themselves.
    private static IEnumerable<string> CandidatesOf(string program) =>
        ExecutableSearch.Candidates(program).Concat(ExecutableSearch.Candidates(Path.GetFileName(program))).Where(Path.IsPathRooted);
}
