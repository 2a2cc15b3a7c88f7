using System.Buffers.Binary;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>The second reader agrees with what the conversion writes, and with nothing else.</summary>
public sealed class SecondReaderTests(SecondReaderTests.Modules modules) : IClassFixture<SecondReaderTests.Modules>
{
    // Offsets in Elf64_Shdr and Elf64_Sym, in bytes.
    private const int Flags = 8, Size = 32, Link = 40, Info = 44, SectionIndex = 6, Value = 8;

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void It_agrees_with_a_module_of_each_architecture(string name)
    {
        using ArchitectureModule module = new(Compiler.Named(name));
        ConversionPlan plan = module.Plan(module.Path);
        Assert.NotEmpty(plan.Moves);
        AssertAgrees(plan, ConversionApplier.Apply(plan));
    }

    [Theory]
    [MemberData(nameof(Compiler.Names), MemberType = typeof(Compiler))]
    public void It_sees_a_flag_and_a_symbols_section_of_each_architecture(string name)
    {
        using ArchitectureModule module = new(Compiler.Named(name));
        ConversionPlan plan = module.Plan(module.Path);
        byte[] converted = ConversionApplier.Apply(plan);
        string path = module.Beside("converted.ko");
        File.WriteAllBytes(path, converted);
        bool isLittle = converted[5] == 1;
        int section = Readelf.Sections(path).Index().First(pair => pair.Item.Name.StartsWith(".klp.rela.", StringComparison.Ordinal)).Index;
        long table = isLittle ? BinaryPrimitives.ReadInt64LittleEndian(converted.AsSpan(40)) : BinaryPrimitives.ReadInt64BigEndian(converted.AsSpan(40));
        // SHF_RELA_LIVEPATCH is bit 20.
        byte[] withoutFlag = Edited(converted, (int)table + (64 * section) + Flags + (isLittle ? 2 : 5), bytes => bytes[0] ^= 0x10);
        Assert.Contains($"sh_flags of section {section}, .klp.rela.", Disagreement(plan, withoutFlag), StringComparison.Ordinal);

        int symbol = plan.Module.Symbols.Index().First(pair => pair.Item.IsLivepatch).Index;
        int symbols = Readelf.Sections(path).Single(candidate => candidate.Type == "SYMTAB").Offset;
        byte[] absolute = Edited(converted, symbols + (24 * symbol) + SectionIndex, bytes =>
        {
            if (isLittle)
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, ElfSectionIndex.Absolute);
            else
                BinaryPrimitives.WriteUInt16BigEndian(bytes, ElfSectionIndex.Absolute);
        });
        string said = Disagreement(plan, absolute);
        Assert.Contains($"st_shndx of symbol {symbol}, .klp.sym.vmlinux.", said, StringComparison.Ordinal);
        Assert.Contains("is 0xfff1 and not 0xff20", said, StringComparison.Ordinal);
    }

    [Fact]
    public void It_reads_every_module_of_a_kernel()
    {
        string[] paths = [.. Directory.EnumerateFiles(DemoKernelTree.Path, "*.ko", SearchOption.AllDirectories)];
        Assert.NotEmpty(paths);
        Assert.All(paths, path =>
        {
            ElfObject module = ElfObject.Open(path);
            AssertAgrees(new ConversionPlan(module, [], [], [], new DiagnosticBag()), module.ToArray());
        });
    }

    [Theory]
    [InlineData("rich")]
    [InlineData("exports")]
    public void It_agrees_with_a_module_of_a_kernel(string name)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[name]);
        AssertAgrees(plan, ConversionApplier.Apply(plan));
    }

    [Theory]
    [InlineData(Flags, "sh_flags")]
    [InlineData(Size, "sh_size")]
    [InlineData(Link, "sh_link")]
    [InlineData(Info, "sh_info")]
    public void It_sees_a_field_of_a_livepatch_sections_header(int offset, string field)
    {
        (ConversionPlan plan, byte[] converted, string path) = Convert("rich");
        int section = Readelf.Sections(path).Index().First(pair => pair.Item.Name == ".klp.rela.vmlinux..text").Index;
        int table = (int)BinaryPrimitives.ReadInt64LittleEndian(converted.AsSpan(40));
        byte[] edited = Edited(converted, table + (64 * section) + offset, bytes => bytes[0] ^= 2);
        Assert.Contains($"{field} of section {section}, .klp.rela.vmlinux..text, is 0x", Disagreement(plan, edited), StringComparison.Ordinal);
    }

    [Fact]
    public void It_sees_a_symbols_value_and_the_name_of_a_livepatch_symbol()
    {
        (ConversionPlan plan, byte[] converted, string path) = Convert("rich");
        int symbols = Readelf.Sections(path).Single(section => section.Type == "SYMTAB").Offset;
        Assert.Contains("st_value of symbol 1, ", Disagreement(plan, Edited(converted, symbols + 24 + Value, bytes => bytes[0] ^= 8)), StringComparison.Ordinal);

        int name = converted.AsSpan().IndexOf(".klp.sym.vmlinux.show_val_kb,0"u8);
        string said = Disagreement(plan, Edited(converted, name, bytes => bytes[".klp.sym.vmlinux.show_val_kb,".Length] = (byte)'1'));
        Assert.Contains("the livepatch symbol .klp.sym.vmlinux.show_val_kb,0 is there 0 times and not 1", said, StringComparison.Ordinal);
    }

    [Fact]
    public void It_sees_what_modinfo_lacks()
    {
        (ConversionPlan plan, byte[] converted, _) = Convert("rich");
        int tag = converted.AsSpan().IndexOf("livepatch=Y"u8);
        Assert.Contains(".modinfo has no livepatch=Y", Disagreement(plan, Edited(converted, tag, bytes => bytes[10] = (byte)'N')), StringComparison.Ordinal);

        (plan, converted, _) = Convert("exports");
        Assert.Equal("", plan.Depends);
        int depends = converted.AsSpan().IndexOf("\0depends=\0"u8) + 1;
        string said = Disagreement(plan, Edited(converted, depends, bytes => bytes["depends=".Length] = (byte)'x'));
        Assert.Contains(".modinfo has no depends=", said, StringComparison.Ordinal);
    }

    [Fact]
    public void It_sees_other_code_and_a_file_that_ends_too_early()
    {
        (ConversionPlan plan, byte[] converted, string path) = Convert("rich");
        ReadelfSection text = Readelf.Sections(path).First(section => section.Name == ".text");
        Assert.Contains(", .text, has other bytes", Disagreement(plan, Edited(converted, text.Offset, bytes => bytes[0] ^= 1)), StringComparison.Ordinal);
        Disagreement(plan, converted[..^64]);
        Disagreement(plan, converted[..100]);
        Disagreement(plan, []);
    }

    private (ConversionPlan Plan, byte[] Converted, string Path) Convert(string name)
    {
        ConversionPlan plan = DemoConversion.Plan(modules[name]);
        byte[] converted = ConversionApplier.Apply(plan);
        string path = Path.ChangeExtension(modules[name], $".{Guid.NewGuid():N}.ko");
        File.WriteAllBytes(path, converted);
        return (plan, converted, path);
    }

    private static void AssertAgrees(ConversionPlan plan, byte[] converted) => Expect.SecondReaderAgrees(plan, converted);

    private static string Disagreement(ConversionPlan plan, byte[] file)
    {
        DiagnosticBag diagnostics = new();
        Assert.False(SecondReader.Agrees(plan, file, diagnostics));
        return Expect.Error(DiagnosticCodes.SecondReaderDisagrees, diagnostics).Message;
    }

    private static byte[] Edited(byte[] file, int offset, Action<byte[]> edit)
    {
        byte[] part = file[offset..Math.Min(file.Length, offset + 64)];
        edit(part);
        return [.. file[..offset], .. part, .. file[(offset + part.Length)..]];
    }

    public sealed class Modules() : KbuildModules(
        new KbuildModule("rich", """
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            extern unsigned int num_devices KLP_RELOC_SYMBOL(zram, zram, num_devices);
            static int new_show(struct seq_file *m, void *v) { show_val_kb(m, "", 1); return 0; }
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """),
        new KbuildModule("exports", """
            extern unsigned long zs_get_total_pages(void *pool);
            static unsigned long new_compact(void *pool) { return zs_get_total_pages(pool); }
            PATCH(IN_MODULE(zsmalloc, REPLACE(zs_compact, new_compact)));
            """));
}
