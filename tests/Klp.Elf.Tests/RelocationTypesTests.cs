using System.Globalization;
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
