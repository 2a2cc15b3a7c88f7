using System.Text;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Kernel.Trees;
using Klp.Livepatch.Signing;

namespace Klp.Kbuild.Runs;

/// <summary>
/// What the resolution of the kernel found out, as a file of key=value lines: the other tasks and the targets read it, so
/// that a build in which nothing changed need not look at the kernel tree.
/// </summary>
public sealed record KernelCache
{
    /// <summary>The build directory of the kernel.</summary>
    public required string BuildDirectory { get; init; }

    /// <summary>The kernel's release.</summary>
    public required string Release { get; init; }

    /// <summary>The value of <c>ARCH=</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The value of <c>CROSS_COMPILE=</c>; empty for none.</summary>
    public required string CrossCompile { get; init; }

    /// <summary>The value of <c>LLVM=</c>; empty for a kernel that gcc built.</summary>
    public required string Llvm { get; init; }

    /// <summary>The compiler as kbuild calls it, a name or a path.</summary>
    public required string CompilerProgram { get; init; }

    /// <summary>The files of the compiler and the other tools.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>The file of make.</summary>
    public required string Make { get; init; }

    /// <summary>True when the kernel's own flags give modules line information.</summary>
    public required bool HasDebugInfo { get; init; }

    /// <summary>The symbol database of the kernel.</summary>
    public required string Database { get; init; }

    /// <summary>
    /// The files that the answers are from, each after its time: a stage that was told these answers has read some of them too.
    /// </summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Modules that were built outside the kernel tree, as absolute paths.</summary>
    public required IReadOnlyList<string> ExternalModules { get; init; }

    /// <summary>A vmlinux that the user named, as an absolute path; empty for none.</summary>
    public required string Vmlinux { get; init; }

    /// <summary>How the kernel's own build signs modules.</summary>
    public required KernelSigning Signing { get; init; }

    /// <summary>How the kernel's own build compresses modules.</summary>
    public required ModuleCompression Compression { get; init; }

    /// <summary>Reads a file.</summary>
    public static KernelCache Read(string path)
    {
        ILookup<string, string> values = File.ReadLines(path)
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        string Value(string key) => values[key].FirstOrDefault()
            ?? throw new InvalidDataException($"{path} has no \"{key}\". Delete the file so that it is made anew.");

        return new KernelCache
        {
            BuildDirectory = Value("build"),
            Release = Value("release"),
            Architecture = Value("architecture"),
            CrossCompile = Value("crossCompile"),
            Llvm = Value("llvm"),
            CompilerProgram = Value("compilerProgram"),
            Tools = [.. values["tool"]],
            Make = Value("make"),
            HasDebugInfo = Value("debugInfo") == "y",
            Database = Value("database"),
            Inputs = [.. values["input"]],
            ExternalModules = [.. values["externalModule"]],
            Vmlinux = Value("vmlinux"),
            Signing = new KernelSigning(Value("signingKey"), Value("signingCertificate"), Value("signingHash")),
            Compression = Enum.Parse<ModuleCompression>(Value("compression"), ignoreCase: true),
        };
    }

    /// <summary>Writes the file, unless it would stay the same: then no stage has anything to do anew.</summary>
    public void Write(string path)
    {
        byte[] contents = Encoding.UTF8.GetBytes(Text());
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(contents))
            AtomicFile.WriteAllBytes(path, contents);
    }

    /// <summary>Where trees are borrowed that other stages of the build have opened; null to open one.</summary>
    public KernelLoans? Loans { get; init; }

    /// <summary>Opens the kernel tree, with the external modules, or borrows one.</summary>
    /// <returns>The tree, which with <see cref="Loans"/> is not used when they have gone back; null after an error.</returns>
    public KernelTree? OpenTree(DiagnosticBag diagnostics) => Loans is null ? OpenAnew(diagnostics) : Loans.Open(this, diagnostics);

    /// <summary>Opens a tree of its own.</summary>
    internal KernelTree? OpenAnew(DiagnosticBag diagnostics) =>
        KernelTree.Open(BuildDirectory, diagnostics, Vmlinux.Length == 0 ? null : Vmlinux)
            ?.WithExternalModules(ExternalModules, diagnostics);

    private string Text() =>
        $"""
        build={BuildDirectory}
        release={Release}
        architecture={Architecture}
        crossCompile={CrossCompile}
        llvm={Llvm}
        compilerProgram={CompilerProgram}
        make={Make}
        debugInfo={(HasDebugInfo ? "y" : "n")}
        database={Database}
        vmlinux={Vmlinux}
        signingKey={Signing.KeyPath}
        signingCertificate={Signing.CertificatePath}
        signingHash={Signing.Hash}
        compression={Compression.ToString().ToLowerInvariant()}
        {Lines("tool", Tools)}
        {Lines("input", Inputs)}
        {Lines("externalModule", ExternalModules)}

        """;

    private static string Lines(string key, IEnumerable<string> values) => string.Join('\n', values.Select(value => $"{key}={value}"));
}
