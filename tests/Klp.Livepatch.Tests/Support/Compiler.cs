using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests.Support;

/// <summary>A compiler of an architecture and the programs that go with it, for modules without a kernel tree.</summary>
/// <param name="Name">For the name of the test.</param>
/// <param name="Architecture">What it compiles for.</param>
/// <param name="Options">Options for the compiler, as the kernel of the architecture uses them for modules.</param>
public sealed record Compiler(string Name, KernelArchitecture Architecture, params string[] Options)
{
    /// <summary>
    /// One for every architecture that can livepatch, installed or not: where it is not, its tests fail. arm64 in both byte
    /// orders, and ppc64le as before and since Power10, which has relocation types of its own.
    /// </summary>
    public static IReadOnlyList<Compiler> All { get; } =
    [
        new("arm64", KernelArchitecture.Arm64),
        new("arm64, big-endian", KernelArchitecture.Arm64, "-mbig-endian"),
        new("x86-64", KernelArchitecture.X8664, "-mcmodel=kernel", "-fcf-protection=none"),
        new("s390x", KernelArchitecture.S390, "-fPIC"),
        new("ppc64le", KernelArchitecture.PowerPC64, "-mcmodel=large", "-mno-pcrel"),
        new("ppc64le, Power10", KernelArchitecture.PowerPC64, "-mcpu=power10", "-mpcrel", "-mcmodel=medium"),
        new("LoongArch", KernelArchitecture.LoongArch, "--target=loongarch64-linux-gnu", "-fno-direct-access-external-data"),
    ];

    /// <summary>The names of <see cref="All"/>, as test data.</summary>
    public static TheoryData<string> Names => [.. All.Select(compiler => compiler.Name)];

    /// <summary>False for GCC and binutils. Debian 12 has these for every architecture but LoongArch.</summary>
    internal bool IsLlvm => Architecture == KernelArchitecture.LoongArch;

    private string Program => IsLlvm ? Llvm.Program("clang") : Prefix + "gcc";

    private string Prefix => Architecture.IsHost ? "" : Architecture.DefaultCrossCompile;

    private string[] ByteOrder => Options.Contains("-mbig-endian") ? ["-EB"] : [];

    internal static Compiler Named(string name) => All.Single(compiler => compiler.Name == name);

    /// <summary>Compiles C files of a folder and links them to one object, as a module is linked.</summary>
    internal string Link(TempFolder folder, params SourceFile[] sources)
    {
        RequireCompiler();
        List<string> objects = [];
        foreach (SourceFile source in sources)
        {
            string path = folder.Write(source.Name, source.Text);
            objects.Add(Path.ChangeExtension(path, ".o"));
            Tool.Run(Program, ["-O2", "-g1", "-ffreestanding", "-fno-pie", "-fno-asynchronous-unwind-tables", "-fno-stack-protector", .. Options, "-c", path, "-o", objects[^1]]);
        }

        Tool.Run(IsLlvm ? Llvm.Program("ld.lld") : Prefix + "ld", [.. ByteOrder, "-r", .. objects, "-o", folder["module.ko"]]);
        return folder["module.ko"];
    }

    /// <summary>The name of another program of the architecture: objdump, strip or objcopy.</summary>
    internal string Binutil(string name)
    {
        RequireCompiler();
        return IsLlvm ? Llvm.Program("llvm-" + name) : Prefix + name;
    }

    public override string ToString() => Name;

    // A missing compiler is a failure: its architecture would go untested and no one would know.
    private void RequireCompiler()
    {
        if (!IsLlvm)
            Tool.Require(Program, Architecture.IsHost ? "gcc" : Architecture.CompilerPackage);
    }
}
