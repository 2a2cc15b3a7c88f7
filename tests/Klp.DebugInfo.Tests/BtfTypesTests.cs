using Klp.DebugInfo.Btf;
using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Tests.Support;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>Types from BTF, which clang writes for the kernel's virtual machine.</summary>
public class BtfTypesTests
{
    [Theory]
    [InlineData("bpfel")]
    [InlineData("bpfeb")]
    public void A_compiler_agrees_with_the_prototypes(string target)
    {
        BtfTypes types = Read(target);
        string declarations = string.Concat(DebugSource.Common.Select(name => $"extern {types.FindFunction(name)!.Declare(name)};\n"));
        DebugSource.AssertCompiles(Tool.Arm64 + "gcc", DebugSource.Text + declarations);
        Assert.Null(types.FindFunction("no_such_function"));
    }

    [Fact]
    public void They_are_those_of_dwarf()
    {
        using TempFolder folder = new();
        Tool.Run(Tool.Arm64 + "gcc", "-g", "-c", folder.Write("source.c", DebugSource.Text), "-o", folder["source.o"]);
        BtfTypes types = Read("bpfel");
        IReadOnlyList<DwarfFunction> functions = DwarfInfo.Read(ElfObject.Open(folder["source.o"]))!.FindFunctions(DebugSource.Common);
        Assert.Equal(DebugSource.Common.Count, functions.Count);
        Assert.All(functions, function => Assert.Equal(function.Type.ToString(), types.FindFunction(function.Name)!.ToString()));
        Assert.All(functions, function => Assert.True(function.Type.Agrees(types.FindFunction(function.Name)!)));
    }

    [Fact]
    public void A_compiler_agrees_with_the_layout()
    {
        DebugStructure layout = Read("bpfel").FindStructure("layout")!;
        Assert.Equal(["array", "bits", "first", "last", "nested", "second"], layout.Offsets.Keys.Order(StringComparer.Ordinal));
        string asserts = string.Concat(layout.Offsets.Where(member => member.Key != "bits").Select(member => $"_Static_assert(__builtin_offsetof(struct layout, {member.Key}) == {member.Value}, \"\");\n"));
        DebugSource.AssertCompiles(Tool.Arm64 + "gcc", $"{DebugSource.Text}_Static_assert(sizeof(struct layout) == {layout.Size}, \"\");\n{asserts}");
    }

    [Fact]
    public void Damaged_contents_are_survived()
    {
        byte[] contents = Contents("bpfel");
        Random random = new(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = contents[..random.Next(contents.Length / 2, contents.Length + 1)];
            for (int flips = random.Next(9); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)0xff;
            BtfTypes? types = BtfTypes.Read(damaged, ElfByteOrder.Little);
            foreach (string name in DebugSource.Common)
                types?.FindFunction(name)?.Declare(name);
            types?.FindStructure("layout");
        }

        for (int length = 0; length < contents.Length; length++)
            Assert.Null(BtfTypes.Read(contents[..length], ElfByteOrder.Little));
    }

    [Fact]
    public void What_a_compiler_wrote_is_complete() => Assert.True(Read("bpfel") is { IsComplete: true, HasNewForm: false, HighestKind: < BtfKind.Enumeration64 });

    // Types of a newer kind, with 4 bytes and 8 for each part, before a structure (include/uapi/linux/btf.h of Linux 7.3).
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_kind_that_is_not_known_ends_the_reading_unless_the_layout_tells_its_length(bool hasLayout)
    {
        uint[] types = [0, (20u << 24) | 2, 0, 0, 0, 0, 0, 0, 1, 4u << 24, 16];
        BtfTypes read = BtfTypes.Read(Section(types, hasLayout), ElfByteOrder.Little)!;
        Assert.Equal((hasLayout, (BtfKind)20, hasLayout), (read.IsComplete, read.HighestKind, read.HasNewForm));
        Assert.Equal(hasLayout ? 16u : null, read.FindStructure("s")?.Size);
        // The numbers of what adds to it are not known.
        Assert.Equal(hasLayout ? 4u : null, BtfTypes.Read(Section([0, 2u << 24, 1], false), ElfByteOrder.Little, read)?.NextId);
    }

    [Fact]
    public void A_structure_may_have_more_members_than_16_bits_count()
    {
        const int count = 0x10002;
        uint[] types = [1, (4u << 24) | count, 4, .. Enumerable.Repeat(new uint[] { 0, 0, 0 }, count - 1).SelectMany(member => member), 1, 0, 64];
        BtfTypes read = BtfTypes.Read(Section(types, false), ElfByteOrder.Little)!;
        Assert.True(read is { IsComplete: true, HasNewForm: true, NextId: 2 });
        Assert.Equal(8u, read.FindStructure("s")!.Offsets["s"]);
    }

    [Fact]
    public void Types_that_end_within_one_are_not_complete() =>
        Assert.True(BtfTypes.Read(Section([0, 4u << 24, 0, 0], false), ElfByteOrder.Little) is { IsComplete: false, NextId: 2 });

    private static byte[] Section(uint[] types, bool hasLayout)
    {
        byte[] all = Bytes(types), layout = hasLayout ? new byte[21 * 4] : [], strings = "\0s\0\0"u8.ToArray();
        if (hasLayout)
            (layout[80], layout[81]) = (4, 8);
        uint text = (uint)all.Length, end = text + (uint)strings.Length;
        byte[] header = Bytes([hasLayout ? 32u : 24, 0, text, text, (uint)strings.Length, .. hasLayout ? new uint[] { end, (uint)layout.Length } : []]);
        return [0x9f, 0xeb, 1, 0, .. header, .. all, .. strings, .. layout];
    }

    private static byte[] Bytes(uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];

    private static BtfTypes Read(string target) => BtfTypes.Read(Contents(target), target == "bpfeb" ? ElfByteOrder.Big : ElfByteOrder.Little)!;

    private static byte[] Contents(string target)
    {
        using TempFolder folder = new();
        Tool.Run(Llvm.Program("clang"), $"--target={target}", "-g", "-O2", "-c", folder.Write("source.c", DebugSource.Text), "-o", folder["source.o"]);
        using ElfImage image = ElfImage.Open(folder["source.o"]);
        return image.ReadSection(image.FindSection(BtfTypes.SectionName));
    }
}
