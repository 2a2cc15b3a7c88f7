namespace Klp.Tests;

/// <summary>A compiler and its binutils.</summary>
/// <param name="Name">For the name of the test.</param>
/// <param name="Prefix">What the names of its programs start with.</param>
/// <param name="Options">Options for both the compiler and the assembler.</param>
public sealed record BinutilsCompiler(string Name, string Prefix, params string[] Options)
{
    // Not among what the tests need, but used where it is installed.
    private static readonly BinutilsCompiler[] Others =
    [
        new("this machine's", ""),
        new("x86-64", "x86_64-linux-gnu-"),
        new("s390x", "s390x-linux-gnu-"),
        new("ppc64le", "powerpc64le-linux-gnu-"),
        new("LoongArch", "loongarch64-linux-gnu-"),
    ];

    /// <summary>arm64, in both byte orders from one package; and the others that are installed.</summary>
    public static IReadOnlyList<BinutilsCompiler> All { get; } =
    [
        new("arm64", Tool.Arm64),
        new("arm64, big-endian", Tool.Arm64, "-mbig-endian"),
        .. Others.Where(compiler => Tool.IsInstalled(compiler.Prefix + "gcc")),
    ];

    /// <summary>The names of <see cref="All"/>, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(compiler => compiler.Name)];

    /// <summary>Compiles or assembles a file.</summary>
    internal string Compile(string source, string target, params string[] options)
    {
        Tool.Run(Prefix + "gcc", [.. Options, .. options, "-c", source, "-o", target]);
        return target;
    }

    /// <summary>Links objects to one object.</summary>
    internal string Combine(string target, params string[] objects)
    {
        string[] byteOrder = Options.Contains("-mbig-endian") ? ["-EB"] : [];
        Tool.Run(Prefix + "ld", [.. byteOrder, "-r", .. objects, "-o", target]);
        return target;
    }

    public override string ToString() => Name;

    internal static BinutilsCompiler Named(string name) => All.Single(compiler => compiler.Name == name);
}
