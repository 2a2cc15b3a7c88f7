using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Tests.Support;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>Functions and structures from .debug_info. What is read of a declaration is given back to a compiler, which knows whether it is right.</summary>
public class DwarfInfoTests
{
    public static TheoryData<string> Options =>
    [
        "gcc -gdwarf-2", "gcc -gdwarf-3", "gcc -gdwarf-4", "gcc -gdwarf-5", "gcc -gdwarf-4 -gdwarf64", "gcc -gdwarf-5 -gdwarf64", "gcc -gdwarf-5 -gz=zlib", "gcc -gdwarf-5 -mbig-endian",
        "clang -gdwarf-4", "clang -gdwarf-5",
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void A_compiler_agrees_with_the_prototypes(string options)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, options, DebugSource.Text));
        AssertAgree(DwarfInfo.Read(source)!.FindFunctions());
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_compiler_agrees_with_the_prototypes_of_a_linked_file(string options)
    {
        using TempFolder folder = new();
        using ElfImage image = ElfImage.Open(Link(folder, options, Compile(folder, options, DebugSource.Text)));
        AssertAgree(DwarfInfo.Read(image)!.FindFunctions([.. DebugSource.Common, .. DebugSource.Others]));
    }

    [Fact]
    public void A_compiler_does_not_agree_with_another_prototype() =>
        Assert.ThrowsAny<Exception>(() => DebugSource.AssertCompiles(Tool.Arm64 + "gcc", DebugSource.Text + "extern unsigned long aliases(unsigned long, unsigned *, struct layout *);\n"));

    [Theory]
    [MemberData(nameof(Options))]
    public void A_function_is_where_the_symbol_is(string options)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, options, DebugSource.Inlined));
        Assert.Equal(Places(source), DwarfInfo.Read(source)!.FindFunctions().Select(function => (function.Name, function.Section!.Name, function.Address!.Value)).OrderBy(place => place.Item1, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Inlined_copies_are_found_with_the_functions_that_have_them(string options)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, options, DebugSource.Inlined));
        DwarfFunction function = Assert.Single(DwarfInfo.Read(source)!.FindFunctions(["copied"]));
        Assert.Equal(["first", "second"], Names(function));
        Assert.Equal(
            Places(source).Where(place => place.Name is "first" or "second").Select(place => (place.Section, place.Address)),
            function.InlinedInto.OrderBy(caller => caller.Name, StringComparer.Ordinal).Select(caller => (caller.Section!.Name, caller.Address!.Value)));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_function_without_code_of_its_own_is_found_where_it_is_asked_for(string options)
    {
        const string text = """
            static inline __attribute__((always_inline)) int everywhere(int *value) { return ++*value; }
            int third(int *value) { return everywhere(value) + everywhere(value); }
            int fourth(int *value) { return everywhere(value); }
            """;
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, options, text));
        DwarfInfo debug = DwarfInfo.Read(source)!;
        Assert.Empty(debug.FindFunctions(["everywhere"]));
        Assert.Equal(["fourth", "third"], Names(Assert.Single(debug.FindInlined("everywhere"))));
        Assert.Empty(debug.FindInlined("third"));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void The_source_has_each_function_at_the_line_that_is_told(string options)
    {
        using TempFolder folder = new();
        IReadOnlyList<DwarfDefinition> definitions = DwarfInfo.Read(ElfObject.Open(Compile(folder, options, DebugSource.Inlined)))!.FindDefinitions();
        Assert.Equal(["copied", "first", "middle", "second", "third"], definitions.Select(definition => definition.Name).Order(StringComparer.Ordinal));
        string[] lines = DebugSource.Inlined.Split('\n');
        Assert.All(definitions, definition => Assert.Contains($"int {definition.Name}(int x) {{", lines[definition.Line - 1], StringComparison.Ordinal));
        Assert.All(definitions, definition => Assert.EndsWith(".c", definition.File, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_function_says_what_file_the_compiler_was_given_and_where(string options)
    {
        using TempFolder folder = new();
        string compiled = Compile(folder, options, DebugSource.Inlined);
        DwarfFunction function = Assert.Single(DwarfInfo.Read(ElfObject.Open(compiled))!.FindFunctions(["copied"]));
        Assert.True(File.Exists(Path.Combine(function.CompilationDirectory!, function.SourceFile!)), $"{function.CompilationDirectory} {function.SourceFile}");
        Assert.EndsWith(".c", function.SourceFile, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Of_functions_of_one_name_each_has_its_own_copies(string options)
    {
        using TempFolder folder = new();
        string linked = Link(folder, options, Compile(folder, options, DebugSource.Inlined), Compile(folder, options, DebugSource.External, "external"));
        using ElfImage image = ElfImage.Open(linked);
        DwarfFunction[] functions = [.. DwarfInfo.Read(image)!.FindFunctions(["copied"]).OrderBy(function => function.Type.Parameters.Count)];
        Assert.Equal(["int copied(int)", "int copied(int, int)"], functions.Select(function => function.Type.Declare(function.Name)));
        Assert.Equal(["first", "second"], Names(functions[0]));
        Assert.Empty(functions[1].InlinedInto);
        ElfSymbolTableView symbols = image.ReadSymbolTable()!;
        ulong[] addresses = [.. Enumerable.Range(0, symbols.Count).Where(i => symbols.Name(symbols[i]) == "copied").Select(i => symbols[i].Value)];
        Assert.Equal(addresses.Order(), functions.Select(function => function.Address!.Value).Order());
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void A_compiler_agrees_with_the_layout(string options)
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, options, DebugSource.Text));
        AssertLaidOut(DwarfInfo.Read(source)!.FindStructure("layout")!);
        Assert.Null(DwarfInfo.Read(source)!.FindStructure("one"));
        using ElfImage image = ElfImage.Open(Link(folder, options, Compile(folder, options, DebugSource.Text)));
        AssertLaidOut(DwarfInfo.Read(image)!.FindStructure("layout")!);
    }

    [Fact]
    public void Line_information_alone_has_no_prototypes()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, "gcc -g1", DebugSource.Text));
        Assert.All(DwarfInfo.Read(source)!.FindFunctions(), function => Assert.False(function.HasPrototype));
        source = ElfObject.Open(Compile(folder, "gcc -g0", DebugSource.Text));
        Assert.Null(DwarfInfo.Read(source));
    }

    [Fact]
    public void Behind_a_file_that_was_cut_off_and_filled_with_zeros_nothing_is_looked_for()
    {
        using TempFolder folder = new();
        ElfObject source = ElfObject.Open(Compile(folder, "gcc -g", DebugSource.Text));
        ElfDataSection info = (ElfDataSection)source.FindSection(".debug_info")!;
        info.SetContents([.. new byte[16], .. info.Contents.ToArray()]);

        Assert.Empty(DwarfInfo.Read(source)!.FindFunctions());
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Damaged_contents_are_survived(string options)
    {
        using TempFolder folder = new();
        byte[] file = File.ReadAllBytes(Compile(folder, options, DebugSource.Text + DebugSource.Inlined));
        Random random = new(options.Length);
        for (int i = 0; i < 300; i++)
        {
            ElfObject source = ElfObject.Read(file, "damaged.o");
            foreach (string name in (string[])[".debug_info", ".debug_abbrev", ".debug_str", ".debug_str_offsets", ".debug_addr"])
                Damage(source.FindSection(name), random);
            AssertSurvives(source);
        }

        ElfObject truncated = ElfObject.Read(file, "truncated.o");
        ElfDataSection info = (ElfDataSection)truncated.FindSection(".debug_info")!;
        byte[] whole = info.Contents.ToArray();
        for (int length = 0; length < whole.Length; length += 7)
        {
            info.SetContents(whole[..length]);
            AssertSurvives(truncated);
        }
    }

    private static string Compile(TempFolder folder, string options, string text, string name = "source")
    {
        string[] words = options.Split(' ');
        string source = folder.Write($"{name}.c", text), target = folder[$"{name}.o"];
        (string compiler, string[] more) = words[0] == "clang" ? (Llvm.Program("clang"), (string[])["--target=aarch64-linux-gnu"]) : (Tool.Arm64 + "gcc", []);
        if (more.Length == 0)
            Tool.Require(compiler, "gcc-aarch64-linux-gnu");
        Tool.Run(compiler, [.. more, "-O2", "-ffreestanding", .. words[1..], "-c", source, "-o", target]);
        return target;
    }

    private static string Link(TempFolder folder, string options, params string[] objects)
    {
        string[] order = options.Contains("big-endian", StringComparison.Ordinal) ? ["-EB"] : [];
        Tool.Run(Tool.Arm64 + "ld", [.. order, "-e", "0", "--unresolved-symbols=ignore-all", .. objects, "-o", folder["linked"]]);
        return folder["linked"];
    }

    private static void AssertAgree(IReadOnlyList<DwarfFunction> functions)
    {
        Assert.Equal(DebugSource.Common.Concat(DebugSource.Others).Order(StringComparer.Ordinal), functions.Select(function => function.Name).Order(StringComparer.Ordinal));
        Assert.All(functions, function => Assert.True(function.HasPrototype));
        DebugSource.AssertCompiles(Tool.Arm64 + "gcc", DebugSource.Text + string.Concat(functions.Select(function => $"extern {function.Type.Declare(function.Name)};\n")));
    }

    private static void AssertLaidOut(DebugStructure layout)
    {
        Assert.Equal(["array", "first", "last", "nested", "second"], layout.Offsets.Keys.Where(name => name != "bits").Order(StringComparer.Ordinal));
        string asserts = string.Concat(layout.Offsets.Where(member => member.Key != "bits").Select(member => $"_Static_assert(__builtin_offsetof(struct layout, {member.Key}) == {member.Value}, \"\");\n"));
        DebugSource.AssertCompiles(Tool.Arm64 + "gcc", $"{DebugSource.Text}_Static_assert(sizeof(struct layout) == {layout.Size}, \"\");\n{asserts}");
    }

    private static IEnumerable<string> Names(DwarfFunction function) => function.InlinedInto.Select(caller => caller.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Section, ulong Address)> Places(ElfObject source) =>
        source.Symbols.Where(symbol => symbol.Type == ElfSymbolType.Function).Select(symbol => (symbol.Name, symbol.Section!.Name, symbol.Value)).OrderBy(place => place.Item1, StringComparer.Ordinal);

    private static void Damage(ElfSection? section, Random random)
    {
        if (section is not ElfDataSection data)
            return;
        for (int flips = random.Next(4); flips > 0; flips--)
            data.Contents[random.Next(data.Contents.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)0xff;
    }

    private static void AssertSurvives(ElfObject source)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (DwarfFunction function in DwarfInfo.Read(source)?.FindFunctions() ?? [])
            Assert.NotNull(function.Type.Declare(function.Name));
        DwarfInfo.Read(source)?.FindStructure("layout");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 64 << 20, $"{allocated} bytes for some thousands");
    }
}
