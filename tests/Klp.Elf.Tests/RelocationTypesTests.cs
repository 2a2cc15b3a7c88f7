using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Elf.Relocations;

namespace Klp.Elf.Tests;

public partial class RelocationTypesTests
{
    // Larger than any type; unknown ones in between are asked for as well.
    private const uint Limit = 1100;

    // Where elf.h has another name for a number than readelf.
    private static readonly string[] OtherNames = ["R_PPC64_ADDR30"];

    private static readonly Dictionary<ElfMachine, string> Prefixes = new()
    {
        [ElfMachine.AArch64] = "R_AARCH64_",
        [ElfMachine.X8664] = "R_X86_64_",
        [ElfMachine.S390] = "R_390_",
        [ElfMachine.PowerPC64] = "R_PPC64_",
        [ElfMachine.LoongArch] = "R_LARCH_",
    };

    public static TheoryData<ElfMachine> Machines => [.. Prefixes.Keys];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Names_are_those_that_readelf_prints(ElfMachine machine)
    {
        RelocationTypes types = RelocationTypes.For(machine);
        Dictionary<uint, string> printed = ReadelfNames(machine);

        Assert.True(printed.Count > 40, $"readelf knows only {printed.Count} types of {machine}");
        foreach ((uint type, string name) in printed)
        {
            if (!IsForLinkedProgramsOnly(name))
                Assert.Equal(name, types.Name(type));
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Names_are_those_of_elf_h(ElfMachine machine)
    {
        RelocationTypes types = RelocationTypes.For(machine);
        Dictionary<string, uint> defined = HeaderTypes(Prefixes[machine]);

        Assert.True(defined.Count > 40, $"elf.h has only {defined.Count} types of {machine}");
        foreach ((string name, uint type) in defined)
        {
            if (!IsForLinkedProgramsOnly(name) && !OtherNames.Contains(name))
                Assert.Equal(name, types.Name(type));
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void No_name_is_there_twice(ElfMachine machine)
    {
        List<string> names = [.. Enumerable.Range(0, (int)Limit).Select(type => RelocationTypes.For(machine).Name((uint)type))];
        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void None_has_the_number_0(ElfMachine machine)
    {
        RelocationTypes types = RelocationTypes.For(machine);
        Assert.Equal(0u, types.None);
        Assert.True(types.IsNone(types.None));
        Assert.Equal(Prefixes[machine] + "NONE", types.Name(types.None));
        Assert.Equal(machine == ElfMachine.AArch64, types.IsNone(256));
        Assert.False(types.IsNone(2));
    }

    // What an assembler leaves for the linker to fill in: data, branches, and instructions with an address.
    public static TheoryData<string, string, string, string> Assembled
    {
        get
        {
            TheoryData<string, string, string, string> all = new()
            {
                {
                    "arm64", ".8byte s; .8byte s - .; .4byte s; .4byte s - .; .2byte s; .2byte s - .", "b s; bl s; b.eq s; cbz x0, s; tbz x0, #1, s",
                    "adrp x0, s; add x0, x0, :lo12:s; ldr x0, [x0, :lo12:s]; ldr x0, s; adr x0, s"
                },
            };
            string x86 = RuntimeInformation.OSArchitecture == Architecture.X64 ? "this machine's" : "x86-64";
            if (BinutilsCompiler.All.Any(compiler => compiler.Name == x86))
                all.Add(x86, ".8byte s; .8byte s - .; .4byte s; .4byte s - .; .2byte s; .2byte s - .; .8byte s@GOT", "call s; jmp s; call s@PLT", ".4byte s; .8byte s");
            return all;
        }
    }

    // Each is as long as the field is.
    [Theory]
    [MemberData(nameof(Assembled))]
    public void A_field_has_as_many_bytes_as_an_assembler_gives_it(string target, string data, string branches, string addresses)
    {
        data = target == "arm64" ? $"{data}; {branches}; {addresses}" : data;
        ElfObject assembled = Assemble(target, $".data\n{data}\n");
        RelocationTypes types = RelocationTypes.For(assembled.Header.Machine);
        IList<ElfRelocation> relocations = assembled.RelocationSections.Single().Relocations;

        Assert.Equal(data.Split(';').Length, relocations.Count);
        IEnumerable<ulong> ends = [.. relocations.Skip(1).Select(relocation => relocation.Offset), assembled.FindSection(".data")!.Size];
        Assert.Equal(
            relocations.Zip(ends, (relocation, end) => (types.Name(relocation.Type), end - relocation.Offset)),
            relocations.Select(relocation => (types.Name(relocation.Type), (ulong)types.FieldBytes(relocation.Type))));
    }

    [Theory]
    [MemberData(nameof(Assembled))]
    public void Jumps_and_calls_take_no_address(string target, string data, string branches, string addresses)
    {
        Assert.All(Types(target, branches), type => Assert.True(type.IsBranch, type.Name));
        Assert.All(Types(target, $"{data}; {addresses}"), type => Assert.False(type.IsBranch, type.Name));
    }

    [Fact]
    public void A_type_without_a_name_is_a_number()
    {
        Assert.Equal("type 4711", RelocationTypes.For(ElfMachine.AArch64).Name(4711));
        Assert.Equal("type 4294967295", RelocationTypes.For(ElfMachine.X8664).Name(uint.MaxValue));
    }

    [Fact]
    public void A_machine_without_livepatch_has_only_none()
    {
        RelocationTypes types = RelocationTypes.For((ElfMachine)243);
        Assert.Equal(0u, types.None);
        Assert.True(types.IsNone(0));
        Assert.Equal("type 1", types.Name(1));
    }

    private static List<(string Name, bool IsBranch)> Types(string target, string code)
    {
        ElfObject assembled = Assemble(target, $".text\n{code}\n");
        RelocationTypes types = RelocationTypes.For(assembled.Header.Machine);
        return [.. assembled.RelocationSections.Single().Relocations.Select(relocation => (types.Name(relocation.Type), types.IsBranch(relocation.Type)))];
    }

    private static ElfObject Assemble(string target, string source)
    {
        using TempFolder folder = new();
        return ElfObject.Open(BinutilsCompiler.Named(target).Compile(folder.Write("source.s", source), folder["source.o"]));
    }

    // An object of the machine with one relocation of each type.
    private static Dictionary<uint, string> ReadelfNames(ElfMachine machine)
    {
        using TempFolder folder = new();
        string assembled = BinutilsCompiler.Named("arm64").Compile(folder.Write("source.s", ".text\n.8byte symbol\n"), folder["source.o"]);
        ElfObject source = ElfObject.Open(assembled);
        ElfRelocationSection relocations = source.RelocationSections.Single();
        relocations.Relocations.Clear();
        for (uint type = 0; type < Limit; type++)
            relocations.Relocations.Add(new ElfRelocation { Type = type });
        byte[] bytes = source.ToArray();
        ElfByteOrder.Little.WriteUInt16(bytes.AsSpan(18), (ushort)machine); // e_machine

        Dictionary<uint, string> names = [];
        foreach (string line in Tool.Run("readelf", "-rW", folder.Write("types.o", bytes)).Lines)
        {
            if (ReadelfRow().Match(line) is { Success: true } row)
                names.Add(uint.Parse(row.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), row.Groups[2].Value);
        }

        return names;
    }

    // The C library's elf.h, as the compiler sees it.
    private static Dictionary<string, uint> HeaderTypes(string prefix)
    {
        string macros = Tool.Run(Tool.Arm64 + "gcc", "-E", "-dM", "-include", "elf.h", "-x", "c", "/dev/null").Output;
        Dictionary<string, string> values = HeaderDefinition().Matches(macros).ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);
        return values
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && !pair.Key.EndsWith("_NUM", StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key, pair => uint.Parse(values.GetValueOrDefault(pair.Value) ?? pair.Value, CultureInfo.InvariantCulture));
    }

    private static bool IsForLinkedProgramsOnly(string name) =>
        name.StartsWith("R_AARCH64_P32_", StringComparison.Ordinal) || LinkedOnly().IsMatch(name);

    [GeneratedRegex("^[0-9a-f]{16} +00000000([0-9a-f]{8}) (R_\\w+)")]
    private static partial Regex ReadelfRow();

    [GeneratedRegex("^#define (R_\\w+) (R_PPC_\\w+|\\d+)", RegexOptions.Multiline)]
    private static partial Regex HeaderDefinition();

    [GeneratedRegex("_(COPY|GLOB_DAT|JUMP_SLOT|JMP_SLOT|RELATIVE|RELATIVE64|IRELATIVE|JMP_IREL)$|^R_(X86_64|AARCH64)_TLSDESC$|^R_AARCH64_TLS_(DTPMOD|DTPREL|TPREL)(64)?$")]
    private static partial Regex LinkedOnly();
}
