using System.Buffers.Binary;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>What the predictor says of files that the kernel would refuse before it looks at what is in them.</summary>
[Trait("Needs", "kernel")]
public class DamagedModuleTests(DamagedModuleTests.Modules modules) : IClassFixture<DamagedModuleTests.Modules>
{
    private const int SectionBytes = 64;

    [Theory]
    [InlineData(0, 0x7e, "KLP4010", "Invalid ELF header magic")]
    [InlineData(16, 2, "KLP4010", "Invalid ELF header type: 2 != 1")]
    [InlineData(18, 62, "KLP4010", "Invalid architecture in ELF header: 62")]
    [InlineData(58, 63, "KLP4011", "Invalid ELF section header size")]
    [InlineData(46, 0x10, "KLP4011", "Invalid ELF section header overflow")]
    [InlineData(62, 0, "KLP4012", "Invalid ELF section name index: 0 || e_shstrndx (0) >= e_shnum")]
    [InlineData(62, 1, "KLP4012", "Invalid ELF section name table type: ")]
    public void A_byte_of_the_header(int offset, byte value, string code, string message)
    {
        byte[] file = Good();
        file[offset] = value;
        Assert.Contains(message, Expect.Error(code, Findings(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 1, "e_ident[EI_CLASS] is 1, not 2 (ELFCLASS64)")]
    [InlineData(5, 2, "e_ident[EI_DATA] is 2, not 1")]
    public void A_byte_of_the_header_that_the_kernel_does_not_look_at(int offset, byte value, string message)
    {
        byte[] file = Good();
        file[offset] = value;
        Assert.Contains(message, Expect.Warning("KLP4010", Findings(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_other_byte_order()
    {
        byte[] file = Good();
        (file[5], file[16], file[17]) = (2, 0, 1);
        string message = Expect.Error("KLP4010", Findings(file)).Message;
        Assert.Contains("other byte order", message, StringComparison.Ordinal);
        Assert.Contains("Invalid ELF header type: 256 != 1", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".text", 24, "KLP4011", "Invalid ELF section in module (section ")]
    [InlineData(".text", 0, "KLP4012", "Invalid ELF section name in module (section ")]
    [InlineData(".symtab", 40, "KLP4013", "Invalid ELF sh_link!=SHN_UNDEF")]
    [InlineData(".symtab", 4, "KLP4013", "module has no symbols (stripped?)")]
    [InlineData(".strtab", 4, "KLP4013", "Invalid ELF symbol string table type: ")]
    public void A_field_of_a_section_header(string section, int field, string code, string message)
    {
        byte[] file = Good();
        int header = HeaderOf(file, section);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(header + field), 0x00ffff01);
        Assert.Contains(message, Expect.Error(code, Findings(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "KLP4013", "symbol name out of bounds in string table")]
    [InlineData(6, "KLP4026", "has an invalid section index 65281")]
    public void A_field_of_a_symbol(int field, string code, string message)
    {
        byte[] file = Good();
        int symbols = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(HeaderOf(file, ".symtab") + 24));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(symbols + 24 + field), 0x00ffff01);
        Assert.Contains(message, Expect.Error(code, Findings(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".strtab", true, "symbol string table isn't NUL terminated")]
    [InlineData(".strtab", false, "symbol string table missing leading NUL")]
    [InlineData(".shstrtab", true, "ELF Spec violation: section name table isn't null terminated")]
    public void A_string_table_without_its_NUL(string section, bool isLast, string message)
    {
        byte[] file = Good();
        int header = HeaderOf(file, section);
        int offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(header + 24)), size = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(header + 32));
        file[isLast ? offset + size - 1 : offset] = (byte)'x';
        Assert.Contains(message, Assert.Single(Findings(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_cut_short_anywhere_is_an_error()
    {
        byte[] file = Good();
        for (int length = 0; length < file.Length; length += 509)
            Assert.True(Findings(file[..length]).HasErrors, $"{length} bytes of {file.Length}");
    }

    [Fact]
    public void Whatever_byte_is_damaged_there_is_an_answer()
    {
        byte[] good = Good();
        Random random = new(20261121);
        for (int i = 0; i < 400; i++)
        {
            byte[] file = [.. good];
            for (int j = 0; j <= i % 4; j++)
                file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            // The tables at the end of the file are where damage does most.
            file[file.Length - 1 - random.Next(3000)] = (byte)random.Next(256);
            Findings(file);
        }
    }

    // Type, flags, size, sh_link, sh_info and entry size of every section, before and after the conversion.
    [Theory]
    [InlineData(4, 4)]
    [InlineData(8, 8)]
    [InlineData(32, 8)]
    [InlineData(40, 4)]
    [InlineData(44, 4)]
    [InlineData(56, 8)]
    public void Whatever_a_section_header_says_there_is_an_answer(int field, int bytes)
    {
        byte[] unconverted = File.ReadAllBytes(modules["good"]), converted = Good();
        ulong[] values = [0, 1, 2, 3, 4, 6, 7, 8, 9, 18, 0x20, 0x6fff4c03, 0x100042, ulong.MaxValue];
        int count = Math.Min(SectionCount(unconverted), SectionCount(converted));
        for (int section = 1; section < count; section++)
        {
            foreach (ulong value in values)
            {
                Findings(Damaged(converted, section, field, bytes, value));
                TryConvert(Damaged(unconverted, section, field, bytes, value));
            }
        }
    }

    private static int SectionCount(byte[] file) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(60));

    private static byte[] Damaged(byte[] good, int section, int field, int bytes, ulong value)
    {
        byte[] file = [.. good];
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(40)) + (section * SectionBytes);
        Span<byte> place = file.AsSpan(header + field);
        if (bytes == 4)
            BinaryPrimitives.WriteUInt32LittleEndian(place, (uint)value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(place, value);
        return file;
    }

    // A file that is not well formed is refused as such; what can be read is converted or has a diagnostic.
    private static void TryConvert(byte[] file)
    {
        ElfObject module;
        try
        {
            module = ElfObject.Read(file, "good.ko");
        }
        catch (ElfFormatException)
        {
            return;
        }

        LivepatchSummary.Of(LivepatchModule.Of(module, null));
        ConversionPlan plan = DemoConversion.Plan(module);
        if (!plan.Diagnostics.HasErrors)
            ElfObject.Read(ConversionApplier.Apply(plan), "good.ko");
    }

    [Fact]
    public void A_signature_that_is_whole_is_not_looked_at()
    {
        Expect.Nothing(Findings(Signed(signatureBytes: 40, claimed: 40, idType: 2)));
    }

    [Theory]
    [InlineData(4000000, 2, 0)]
    [InlineData(40, 2, 1)]
    [InlineData(40, 2, 0)] // forty times 0, which is no PKCS#7
    public void A_damaged_signature_is_an_error_where_the_kernel_looks_at_it(uint claimed, byte idType, byte algorithm)
    {
        byte[] file = Signed(40, claimed, idType, algorithm);
        // Without CONFIG_MODULE_SIG it is just bytes behind the module.
        Assert.DoesNotContain(Findings(file), finding => finding.Code == "KLP4009");
        using FakeTree tree = new();
        tree.Replace(".config", "# CONFIG_MODULE_SIG is not set", "CONFIG_MODULE_SIG=y");
        Assert.Contains(Findings(file, tree), finding => finding is { Code: "KLP4009", Severity: DiagnosticSeverity.Error });
    }

    [Theory]
    [InlineData(false, "Loading of unsigned module is rejected")]
    [InlineData(true, "Loading of module with unsupported crypto is rejected")]
    public void A_kernel_that_takes_only_signed_modules_gives_a_warning(bool isOtherKind, string message)
    {
        using FakeTree tree = new();
        tree.Replace(".config", "# CONFIG_MODULE_SIG is not set", "CONFIG_MODULE_SIG=y\nCONFIG_MODULE_SIG_FORCE=y");
        byte[] file = isOtherKind ? Signed(40, 40, 1) : Good();
        Assert.Contains(message, Expect.Warning("KLP4008", Findings(file, tree)).Message, StringComparison.Ordinal);
        // Who signed it is the business of SignatureTests.
        Expect.Nothing(Findings(Signed(SignedData, (uint)SignedData.Length, 2), tree));
    }

    // The begin of any PKCS#7 signature: its content type, and version 1.
    private static byte[] SignedData => Convert.FromHexString("3012" + "06092A864886F70D010702" + "A0053003020101");

    private byte[] Good() => DemoConversion.Convert(modules["good"]);

    private byte[] Signed(int signatureBytes, uint claimed, byte idType, byte algorithm = 0) => Signed(new byte[signatureBytes], claimed, idType, algorithm);

    private byte[] Signed(byte[] signature, uint claimed, byte idType, byte algorithm = 0)
    {
        byte[] info = [algorithm, 0, idType, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(info.AsSpan(8), claimed);
        return [.. Good(), .. signature, .. info, .. "~Module signature appended~\n"u8];
    }

    private static DiagnosticBag Findings(byte[] file, FakeTree? tree = null)
    {
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(file, "good.ko", tree is null ? DemoTree.Tree : DemoTree.Open(tree.Path), DemoTree.Database, findings);
        return findings;
    }

    // Where the header of a section is, by readelf's index of it.
    private static int HeaderOf(byte[] file, string section)
    {
        using TempFolder folder = new();
        int index = Readelf.Sections(folder.Write("good.ko", file)).ToList().FindIndex(found => found.Name == section);
        return (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(40)) + (index * SectionBytes);
    }

    public sealed class Modules() : KbuildModules(
        new KbuildModule("good", """
            extern unsigned int num_devices;
            static int new_show(struct seq_file *m, void *v) { return 0; }
            static struct KLP_MODULE_RELOC(zram) relocs[] = { KLP_SYMPOS(num_devices, 0) };
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return READ_ONCE(num_devices); }
            PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)), IN_MODULE(zram, REPLACE(initstate_show, new_initstate)));
            """));
}
