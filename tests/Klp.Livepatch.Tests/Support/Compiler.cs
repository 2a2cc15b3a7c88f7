namespace Klp.Livepatch.Tests;

/// <summary>A compiler of an architecture, for modules without a kernel tree.</summary>
/// <param name="Name">For the name of the test.</param>
/// <param name="Prefix">What the names of its programs start with.</param>
/// <param name="Options">Options for the compiler, as the kernel of the architecture uses them.</param>
public sealed record Compiler(string Name, string Prefix, params string[] Options)
{
    // Not among what the tests need, but used where it is installed.
    private static readonly Compiler[] Others =
    [
        new("x86-64", "x86_64-linux-gnu-", "-mcmodel=kernel", "-fcf-protection=none"),
        new("s390x", "s390x-linux-gnu-"),
        new("ppc64le", "powerpc64le-linux-gnu-", "-mcmodel=medium"),
        new("LoongArch", "loongarch64-linux-gnu-"),
    ];

    /// <summary>arm64, in both byte orders from one package; and the others that are installed.</summary>
    public static IReadOnlyList<Compiler> All { get; } =
    [
        new("arm64", Tool.Arm64),
        new("arm64, big-endian", Tool.Arm64, "-mbig-endian"),
        .. Others.Where(compiler => Tool.IsInstalled(compiler.Prefix + "gcc")),
    ];

    /// <summary>The names of <see cref="All"/>, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(compiler => compiler.Name)];

    internal static Compiler Named(string name) => All.Single(compiler => compiler.Name == name);

    /// <summary>Compiles C files of a folder and links them to one object, as a module is linked.</summary>
    internal string Link(TempFolder folder, params SourceFile[] sources)
    {
        List<string> objects = [];
        foreach (SourceFile source in sources)
        {
            string path = folder.Write(source.Name, source.Text);
            objects.Add(Path.ChangeExtension(path, ".o"));
            Tool.Run(Prefix + "gcc", ["-O2", "-g1", "-ffreestanding", "-fno-pie", "-fno-asynchronous-unwind-tables", "-fno-stack-protector", .. Options, "-c", path, "-o", objects[^1]]);
        }

        string[] byteOrder = Options.Contains("-mbig-endian") ? ["-EB"] : [];
        Tool.Run(Prefix + "ld", [.. byteOrder, "-r", .. objects, "-o", folder["module.ko"]]);
        return folder["module.ko"];
    }

    public override string ToString() => Name;
}
