using Klp.Elf.Constants;
using Klp.Elf.Import;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>What linkers and the kernel's own programs make of objects that sections of compiled ones were imported into.</summary>
[Trait("Needs", "kernel")]
public class ImportedObjectToolTests
{
    private const string Source = """
        extern int external(int);
        static int counter = 3;
        static const char *const names[] = { "one", "two" };
        static __attribute__((noinline)) int helper(int x) { return external(x) + counter; }
        int first(int x) { counter += helper(x); return names[x & 1][0]; }
        int second(int x) { return first(x) - helper(x); }
        """;

    public static TheoryData<string> Compilers => BinutilsCompiler.Names;

    [Theory]
    [MemberData(nameof(Compilers))]
    public void Ld_makes_the_same_of_an_object_and_of_all_that_was_imported_of_it(string compilerName)
    {
        using TempFolder folder = new();
        ElfObject source = Samples.Compile(compilerName);
        AssertSameToLd(BinutilsCompiler.Named(compilerName), source, folder);
    }

    [Fact]
    public void Ld_makes_the_same_of_the_objects_of_a_kernels_build()
    {
        // Of different folders, as those of one are much alike.
        IEnumerable<string> objects = KernelTree.Objects
            .Where(path => new FileInfo(path).Length is > 10_000 and < 200_000)
            .GroupBy(Path.GetDirectoryName)
            .Select(group => group.First())
            .Where(path => !path.Contains("vdso", StringComparison.Ordinal) && !path.Contains("/nvhe/", StringComparison.Ordinal))
            .Take(15);
        foreach (string path in objects)
        {
            using TempFolder folder = new();
            if (ElfObject.Open(path) is { Header.Machine: ElfMachine.AArch64 } source)
                AssertSameToLd(BinutilsCompiler.Named("arm64"), source, folder);
        }
    }

    [Theory]
    [MemberData(nameof(Compilers))]
    public void One_function_is_the_same_code_elsewhere(string compilerName)
    {
        using TempFolder folder = new();
        BinutilsCompiler compiler = BinutilsCompiler.Named(compilerName);
        ElfObject source = Compile(compiler, folder);
        ElfObject extracted = Extract(source, "first");
        string path = folder.Write("extracted.o", extracted.ToArray());

        Readelf.AssertShows(ElfObject.Open(path), path);
        Assert.Equal(["counter", "helper", "names"], extracted.Symbols.Where(symbol => symbol is { IsUndefined: true, Name: "helper" or "names" or "counter" }).Select(symbol => symbol.Name).Order());
        Assert.Equal(Disassemble(compiler, folder["source.o"]), Disassemble(compiler, path));

        // The two together are a whole again: each symbol that the one does not define, the other does.
        Tool.Run(compiler.Prefix + "objcopy", "--globalize-symbol=helper", "--globalize-symbol=counter", "--globalize-symbol=names", "--weaken-symbol=first", folder["source.o"], folder["rest.o"]);
        ElfObject combined = ElfObject.Open(compiler.Combine(folder["combined.o"], path, folder["rest.o"]));
        Assert.Equal(["external"], combined.Symbols.Where(symbol => symbol is { IsUndefined: true, Name: not "" and not ".TOC." }).Select(symbol => symbol.Name));
    }

    // objtool follows all paths through the code, and writes down how to unwind its stack.
    [Fact]
    public void Objtool_checks_an_extracted_function()
    {
        const string compiler = "x86-64";
        if (!BinutilsCompiler.All.Any(installed => installed.Name == compiler))
            return;
        using TempFolder folder = new();
        ElfObject source = Compile(BinutilsCompiler.Named(compiler), folder, "-fno-asynchronous-unwind-tables", "-fcf-protection=none");
        string path = folder.Write("extracted.o", Extract(source, "first").ToArray());
        // Of a distribution that has one for each architecture, it asks kbuild's variable which is meant.
        ToolOutput output = Tool.Run("env", "SRCARCH=x86", Path.Combine(DistributionKernelTree.Path, "tools/objtool/objtool"), "--orc", path);
        Assert.Equal("", output.Output + output.Errors);
        Readelf.AssertAccepts(path);
        Assert.NotNull(ElfObject.Open(path).FindSection(".orc_unwind"));
    }

    [Fact]
    public void Modpost_reads_an_extracted_function_as_a_module()
    {
        using TempFolder folder = new();
        ElfObject source = Compile(BinutilsCompiler.Named("arm64"), folder);
        ElfObject extracted = Extract(source, "first");
        extracted.AddSection(new ElfDataSection(".modinfo", ElfSectionType.ProgBits, "license=GPL\0description=extracted\0"u8.ToArray()) { Flags = ElfSectionFlags.Alloc });
        string path = folder.Write("extracted.o", extracted.ToArray());
        folder.Write("extracted.mod", "extracted.o\n");

        // -w: what is undefined is only warned of.
        ToolOutput output = Tool.Run(Path.Combine(KernelTree.Path, "scripts/mod/modpost"), "-w", "-o", folder["Module.symvers"], path);
        // Older ones have "counter" where newer ones have 'counter'.
        string[] undefined = [.. output.Errors.Split('\n').Where(line => line.Contains("undefined!", StringComparison.Ordinal)).Select(line => line.Split('"', '\'')[1]).Order(StringComparer.Ordinal)];
        Assert.Equal(["counter", "helper", "names"], undefined);
        Assert.Contains("MODULE_INFO(", File.ReadAllText(folder["extracted.mod.c"]), StringComparison.Ordinal);
    }

    private static ElfObject Compile(BinutilsCompiler compiler, TempFolder folder, params string[] options) =>
        ElfObject.Open(compiler.Compile(folder.Write("source.c", Source), folder["source.o"], ["-O2", "-ffunction-sections", "-fdata-sections", "-fno-section-anchors", .. options]));

    // One function's section, and whatever it refers to by name.
    private static ElfObject Extract(ElfObject source, string function)
    {
        ElfObject extracted = ElfObject.Create("extracted.o", source.Header);
        ElfImportMap map = new(source);
        ElfIndex index = new(source);
        map.Include(source.Symbols.Single(symbol => symbol.Name == function).Section!);
        foreach (ElfReference missing in map.FindMissing())
        {
            ElfSymbol symbol = missing.Relocation.Symbol!;
            ElfSymbol? named = symbol.Section is null ? symbol : index.SymbolsIn(symbol.Section).FirstOrDefault(candidate => candidate.Type is ElfSymbolType.Function or ElfSymbolType.Object);
            if (named is null)
                map.Include(symbol.Section!);
            else
                map.MakeUndefined(symbol, named.Name);
        }

        // A section that came along, such as ppc64's .toc, refers to others.
        foreach (ElfReference missing in map.FindMissing())
            map.MakeUndefined(missing.Relocation.Symbol!, index.SymbolsIn(missing.Relocation.Symbol!.Section!).First(candidate => candidate.Type is ElfSymbolType.Function or ElfSymbolType.Object).Name);
        map.ImportInto(extracted);
        return extracted;
    }

    // Without the names that objdump makes of addresses: those of a section's symbol differ where it was replaced.
    private static IEnumerable<string> Disassemble(BinutilsCompiler compiler, string path)
    {
        string[] lines = [.. Tool.Run(compiler.Prefix + "objdump", "-d", "-j", ".text.first", path).Lines.SkipWhile(line => !line.Contains("<first>", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        return lines.Select(line => line.Split(" <")[0]);
    }

    private static void AssertSameToLd(BinutilsCompiler compiler, ElfObject source, TempFolder folder)
    {
        ElfObject copy = ElfObject.Create("copy.o", source.Header);
        ElfImportMap everything = new(source);
        everything.IncludeAll();
        everything.ImportInto(copy);

        // Of one name, as ld writes it into its output.
        string original = compiler.Combine(folder["original.o"], folder.Write("same.o", source.ToArray()));
        string imported = compiler.Combine(folder["imported.o"], folder.Write("same.o", copy.ToArray()));
        Assert.Equal(Readelf.Sections(original), Readelf.Sections(imported));
        Assert.Equal(Readelf.Symbols(original), Readelf.Symbols(imported));
        Assert.Equal(Readelf.Relocations(original), Readelf.Relocations(imported));
    }
}
