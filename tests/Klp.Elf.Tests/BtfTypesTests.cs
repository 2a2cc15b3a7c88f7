namespace Klp.Elf.Tests;

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

    private static BtfTypes Read(string target) => BtfTypes.Read(Contents(target), target == "bpfeb" ? ElfByteOrder.Big : ElfByteOrder.Little)!;

    private static byte[] Contents(string target)
    {
        using TempFolder folder = new();
        Tool.Run(Llvm.Program("clang"), $"--target={target}", "-g", "-O2", "-c", folder.Write("source.c", DebugSource.Text), "-o", folder["source.o"]);
        using ElfImage image = ElfImage.Open(folder["source.o"]);
        return image.ReadSection(image.FindSection(BtfTypes.SectionName));
    }
}
