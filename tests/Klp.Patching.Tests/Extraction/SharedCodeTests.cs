using System.Text.RegularExpressions;
using Klp.Elf.Model;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// Functions that share a section, out of which the changed ones are taken. The compiler's object as objdump reads it says what
/// they do.
/// </summary>
public sealed partial class SharedCodeTests
{
    private const string Shared = """
        #define SHARED __attribute__((noinline, section(".sched.text")))
        extern void used_elsewhere(void);
        static SHARED int helper(int a) { return a * 5; }
        SHARED int one(int a) { used_elsewhere(); return helper(a) + 1; }
        SHARED int two(int a) { if (a > 9) return two(a - 1); return one(a) + helper(a); }

        """;

    // As ALTERNATIVE() of the kernel, with a replacement that goes on in the function.
    private const string Alternative = """
        #define SHARED __attribute__((noinline, section(".sched.text")))
        SHARED int before(int a) { return a * 5; }
        SHARED int f(int a)
        {
            asm volatile("661: nop\n662: .pushsection .altinstructions,\"a\"\n.word 661b - .\n.word 663f - .\n.hword 7\n.byte 662b-661b\n.byte 664f-663f\n.popsection\n"
                ".subsection 1\n663: b 665f\n664:\n.previous\n665:");
            return before(a);
        }
        SHARED int after(int a) { asm volatile("nop"); return a * 7; }

        """;

    [Theory]
    [InlineData("+ 1;", "+ 2;", "one")]
    [InlineData("a > 9", "a > 8", "two")]
    [InlineData("a * 5", "a * 6", "helper")]
    public void A_function_is_taken_out_with_the_branches_that_the_assembler_resolved(string old, string made, string changed)
    {
        using Cut cut = new(Shared, old, made);

        Assert.Equal([changed], cut.Plan.Parts.Select(part => part.Part.Name));
        Assert.Equal([changed], cut.Plan.Functions.Select(function => function.Symbol.Name));
        Assert.Equal(cut.Before(changed), cut.After(changed));
    }

    [Fact]
    public void Who_calls_a_function_that_cannot_be_traced_is_found_without_a_relocation()
    {
        using Cut cut = new(Shared.Replace("static SHARED", "static __attribute__((patchable_function_entry(0))) SHARED", StringComparison.Ordinal), "a * 5", "a * 6");

        Assert.Equal(["one", "two"], cut.Plan.Functions.Select(function => function.Symbol.Name).Order());
        foreach (string name in new[] { "helper", "one", "two" })
            Assert.Equal(cut.Before(name), cut.After(name));
    }

    [Fact]
    public void What_comes_before_a_functions_symbol_goes_with_it()
    {
        string source = Shared.Replace("noinline,", "noinline, patchable_function_entry(4, 2),", StringComparison.Ordinal);
        using Cut cut = new(source, "+ 1;", "+ 2;");

        Assert.Equal(["one"], cut.Plan.Functions.Select(function => function.Symbol.Name));
        Assert.Equal(cut.Before("one"), cut.After("one"));
        // ftrace's place is two instructions before the symbol.
        Assert.Equal(8, cut.Plan.Parts[0].Part.SymbolOffset);
        ElfRelocation site = Assert.Single(cut.Made.Sections.OfType<ElfRelocationSection>().Single(section => section.Name == ".rela__patchable_function_entries").Relocations);
        Assert.Equal(0, site.Addend);
    }

    [Fact]
    public void The_code_of_an_alternative_goes_with_its_function_and_still_leads_into_it()
    {
        using Cut cut = new(Alternative, "return before(a)", "return before(a + 1)");

        Assert.Equal(["f", ".sched.text"], cut.Plan.Parts.Select(part => part.Part.Name));
        Assert.Equal("an alternative of f()", cut.Plan.Parts[1].Reason);
        Assert.Equal(cut.Before("f"), cut.After("f"));
        // The place behind the one that is replaced, in a program that the linker made.
        (ulong function, ulong code, ulong target) = cut.LinkedAlternative();
        Assert.NotEqual(function, code);
        Assert.Equal(cut.Plan.Entries.Single(entry => entry.Table.IsAlternatives).OwnerOffset + 4, (long)(target - function));
    }

    [Fact]
    public void A_function_before_which_another_got_an_alternative_did_not_change()
    {
        using SmallKernel kernel = new(Alternative);
        Assert.Equal(["before"], kernel.Diff(Alternative.Replace("a * 5", "a * 5 * a", StringComparison.Ordinal)).Changed.Select(part => part.Name));
    }

    [Theory]
    [InlineData("by a distance that may be too far", """asm volatile("cbz w0, helper");""")]
    [InlineData("leads to code that has no name", """asm volatile("b 1f\n.pushsection .sched.text\n.subsection 1\n1: ret\n.popsection");""")]
    [InlineData("refers to its end, or to the beginning of two()", """
        asm volatile("1: nop\n.pushsection __ex_table,\"a\"\n.word 1b - .\n.word 2f - .\n.hword 0, 0\n.popsection\n2:"); __builtin_unreachable();
        """)]
    [InlineData("is about code of the section that has no name", """
        asm volatile(".subsection 1\n1: ret\n.previous\n.pushsection __ex_table,\"a\"\n.word 1b - .\n.word 1b - .\n.hword 0, 0\n.popsection");
        """)]
    public void What_is_not_known_to_be_right_outside_of_the_section_is_refused(string reason, string code)
    {
        using SmallKernel kernel = new(Shared.Replace("SHARED int two", "SHARED int f(int a) { asm volatile(\"hint #1\"); " + code + " return a; }\nSHARED int two", StringComparison.Ordinal));
        Assert.Null(kernel.Plan("hint #1", "hint #2"));
        Assert.Contains(kernel.Diagnostics, diagnostic => diagnostic.Code == "KLP7025" && diagnostic.Message.Contains(reason, StringComparison.Ordinal));
    }

    /// <summary>A patch of a unit, the patched unit, and what is taken out of it.</summary>
    private sealed partial class Cut : IDisposable
    {
        private readonly SmallKernel kernel;
        private readonly TempFolder folder = new();

        internal Cut(string source, string old, string made)
        {
            kernel = new SmallKernel(source);
            Plan = kernel.Plan(old, made) ?? throw new InvalidOperationException(string.Join('\n', kernel.Diagnostics));
            Made = new ExtractionApplier(Plan, "made.o").Apply();
            File.WriteAllBytes(folder["made.o"], Made.ToArray());
            File.WriteAllBytes(folder["patched.o"], Plan.Unit.Source.ToArray());
            // A linker resolves what the assembler left.
            Tool.Run(Tool.Arm64 + "ld", ["-r", folder["made.o"], "-o", folder["linked.o"]]);
        }

        internal ExtractionPlan Plan { get; }

        internal ElfObject Made { get; }

        /// <summary>What a function does in the compiler's object, with what its branches lead to.</summary>
        internal string[] Before(string function) => Read("patched.o", function);

        /// <summary>The same, in what was taken out.</summary>
        internal string[] After(string function) => Read("linked.o", function);

        /// <summary>In a linked program: where the function is, where its alternative is, and where that goes on.</summary>
        internal (ulong Function, ulong Code, ulong Target) LinkedAlternative()
        {
            Tool.Run(Tool.Arm64 + "ld", ["-e", "0", "--unresolved-symbols=ignore-all", folder["made.o"], "-o", folder["program"]]);
            string text = Tool.Run(Tool.Arm64 + "objdump", ["-d", folder["program"]]).Output;
            ulong function = Number(Regex.Match(text, "^([0-9a-f]+) <(livepatch_)?f>:", RegexOptions.Multiline).Groups[1].Value);
            Match branch = Regex.Match(text, @"^ *([0-9a-f]+):\t[0-9a-f]+ \tb\t([0-9a-f]+) <", RegexOptions.Multiline);
            return (function, Number(branch.Groups[1].Value), Number(branch.Groups[2].Value));
        }

        public void Dispose()
        {
            kernel.Dispose();
            folder.Dispose();
        }

        private static ulong Number(string digits) => Convert.ToUInt64(digits, 16);

        private string[] Read(string file, string function)
        {
            string[] lines = Tool.Run(Tool.Arm64 + "objdump", ["-dr", "--no-show-raw-insn", "-j", ".sched.text", folder[file]]).Output.Split('\n');
            Dictionary<ulong, string> names = lines.Select(line => Head().Match(line)).Where(head => head.Success)
                .ToDictionary(head => Number(head.Groups[1].Value), head => Klp().Replace(head.Groups[2].Value, ""));
            List<string> code = [];
            foreach (string line in lines.SkipWhile(line => !IsHeadOf(line, function)))
            {
                if (Relocation().Match(line) is { Success: true } relocation)
                    code[^1] = $"{code[^1].Split('\t')[0]}\t{NameOf(relocation.Groups[1].Value, names)}";
                else if (Instruction().Match(line) is { Success: true } instruction)
                    code.Add(Target().Replace(instruction.Groups[1].Value, "$1"));
            }

            ulong size = Plan.Unit.Parts.Single(part => part.Name == function).Symbol!.Size;
            return [.. code.Take((int)size / 4)];
        }

        private static bool IsHeadOf(string line, string function) =>
            Head().Match(line) is { Success: true } head && Klp().Replace(head.Groups[2].Value, "") == function;

        // A place of the section is what begins there.
        private static string NameOf(string symbol, Dictionary<ulong, string> names) => symbol.StartsWith(".sched.text", StringComparison.Ordinal)
            
            && names.TryGetValue(symbol.Contains("+0x", StringComparison.Ordinal) ? Number(symbol.Split("+0x")[1]) : 0, out string? name)
                ? name : Klp().Replace(symbol, "");

        [GeneratedRegex("^([0-9a-f]+) <(.*)>:$")]
        private static partial Regex Head();

        [GeneratedRegex(@"^\s+[0-9a-f]+: R_AARCH64_\w+\s+(\S+)$")]
        private static partial Regex Relocation();

        [GeneratedRegex(@"^ *[0-9a-f]+:\t(.*)$")]
        private static partial Regex Instruction();

        // The name of where a branch leads to, not its address.
        [GeneratedRegex("[0-9a-f]+ <(?:livepatch_)?([^>]+)>")]
        private static partial Regex Target();

        [GeneratedRegex(@"^\.klp\.sym\.rela\.vmlinux\.vmlinux\.|,\d+$|^livepatch_")]
        private static partial Regex Klp();
    }
}
