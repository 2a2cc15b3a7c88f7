using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kbuild.Building;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Generation;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Kbuild;

/// <summary>Objects that are there already, linked by the demo kernel's own build.</summary>
[Trait("Needs", "kernel")]
public sealed class LinkedObjectTests : IDisposable
{
    private static readonly KernelCache Kernel = FindKernel();

    private readonly TestFolder folder = new();

    private string Module => folder.Combine("stage", "linked.ko");

    [Fact]
    public void A_livepatch_is_linked_from_objects_and_generated_tables_alone()
    {
        Compile([Object("first", 1), Object("second", 2)], "first", "second").Succeeded();

        string[] defined = Functions();
        Assert.Contains("new_first", defined);
        Assert.Contains("new_second", defined);
        Assert.Contains("klp_tables_init", defined);
    }

    [Fact]
    public void Nothing_is_linked_anew_where_no_object_changed()
    {
        Compile([Object("first", 1)], "first").Succeeded();
        DateTime linked = Times("linked.o"), copied = Times("o/first.o");
        Compile([Object("first", 1)], "first").Succeeded();
        Assert.Equal((linked, copied), (Times("linked.o"), Times("o/first.o")));
    }

    [Fact]
    public void A_changed_object_and_no_other_is_taken_anew()
    {
        Compile([Object("first", 1), Object("second", 2)], "first", "second").Succeeded();
        byte[] module = File.ReadAllBytes(Module);
        DateTime kept = Times("o/second.o");
        Compile([Object("first", 3), Object("second", 2)], "first", "second").Succeeded();
        Assert.NotEqual(module, File.ReadAllBytes(Module));
        Assert.Equal(kept, Times("o/second.o"));

        Compile([Object("first", 1), Object("second", 2)], "first", "second").Succeeded();
        Assert.Equal(module, File.ReadAllBytes(Module));
    }

    [Fact]
    public void An_object_that_is_gone_leaves_nothing()
    {
        Compile([Object("first", 1), Object("second", 2)], "first", "second").Succeeded();
        Compile([Object("first", 1)], "first").Succeeded();
        Assert.DoesNotContain("new_second", Functions());
        Assert.Equal([".first.o.cmd", "first.o"], Files("o"));
    }

    [Fact]
    public void A_module_with_a_version_hashes_its_sources_beside_objects()
    {
        Compile([Object("first", 1)], new ModuleDescription { Version = "1.2" }, "first").Succeeded();
        Assert.Equal("1.2\n", Tool.Run("modinfo", "-F", "version", Module).Output);
    }

    [Fact]
    public void A_function_that_no_object_has_is_missing()
    {
        Compilations result = Compile([Object("first", 1)], "first", "second");
        Assert.Equal([DiagnosticCodes.NewFunctionMissing], result.Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    public void Dispose() => folder.Dispose();

    private Compilations Compile(IReadOnlyList<LinkedObject> objects, params string[] functions) => Compile(objects, new ModuleDescription(), functions);

    private Compilations Compile(IReadOnlyList<LinkedObject> objects, ModuleDescription module, params string[] functions)
    {
        string tables = folder.Combine($"klp-{string.Join('-', functions)}.c");
        // Functions that the kernel has, so that it is the new one that is missing.
        string[] patched = ["cmdline_proc_show", "version_proc_show"];
        PatchDescription patch = new()
        {
            Functions = [.. functions.Select((name, index) => new DescribedFunction(patched[index], ModuleName.Vmlinux, "new_" + name, 0))],
            Module = module,
        };
        DiagnosticBag diagnostics = new();
        // What was written anew would be compiled anew.
        Assert.True(File.Exists(tables) || LivepatchTablesWriter.Write(patch, Kernel, tables, Path.ChangeExtension(tables, ".h"), diagnostics));
        CompiledModule? made = new Compilation(new CompilationRequest
        {
            ProjectDirectory = folder.Path,
            Sources = [],
            Objects = objects,
            ModuleName = "linked",
            Kernel = Kernel,
            StageDirectory = folder.Combine("stage"),
            SdkIncludeDirectory = Repository.Combine("src", "Klp.Sdk", "include"),
            Tables = tables,
            ReadPatch = _ => patch,
        }).Run(diagnostics, CancellationToken.None);
        return new Compilations(made, diagnostics);
    }

    private LinkedObject Object(string name, int value)
    {
        string source = folder.Combine(name + ".c"), made = folder.Combine(name + ".o");
        File.WriteAllText(source, $"int new_{name}(void);\nint new_{name}(void)\n{{\n\treturn {value};\n}}\n");
        Tool.Run(TestKernel.Architecture.DefaultCrossCompile + "gcc", "-c", "-O2", "-ffreestanding", "-o", made, source);
        return new LinkedObject(name, File.ReadAllBytes(made));
    }

    private string[] Functions() =>
        [.. ElfObject.Open(Module).Symbols.Where(symbol => symbol is { Type: ElfSymbolType.Function, Section: not null }).Select(symbol => symbol.Name)];

    private DateTime Times(string file) => File.GetLastWriteTimeUtc(folder.Combine("stage", file));

    private IEnumerable<string> Files(string name) =>
        Directory.EnumerateFiles(folder.Combine("stage", name)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static KernelCache FindKernel()
    {
        DiagnosticBag diagnostics = new();
        KernelRequest request = new() { KernelTree = TestKernel.Tree, CacheDirectory = "/nonexistent" };
        return KernelResolver.Resolve(request, diagnostics)?.Cache ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }

    private sealed record Compilations(CompiledModule? Module, DiagnosticBag Diagnostics)
    {
        public void Succeeded()
        {
            Assert.Empty(Diagnostics);
            Assert.NotNull(Module);
        }
    }
}
