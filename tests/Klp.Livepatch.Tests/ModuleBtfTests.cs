using System.Buffers.Binary;
using System.Text;
using Klp.DebugInfo.Btf;
using Klp.Elf.Constants;
using Klp.Kernel.Facts;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>BTF of modules that a kernel would not take, made of bytes; which words it has for them is in its kernel/bpf/btf.c.</summary>
public sealed class ModuleBtfTests
{
    private const int Integer = 1, Pointer = 2, Const = 10;
    private const uint Kind = 24;
    private static readonly byte[] KernelStrings = Encoding.ASCII.GetBytes("\0int\0");
    private static readonly BtfTypes Kernel = BtfTypes.Read(Section(KernelStrings, Type(1, Integer, 4, 0x20)), ElfByteOrder.Little)!;

    [Fact]
    public void What_adds_to_the_kernels_types_is_in_order() =>
        Assert.Null(Problem(Section("mine\0"u8, Type(0, Pointer, 1), Type(0, Const, 2), Type(5, Integer, 4, 0x20))));

    [Fact]
    public void Empty_strings_are_in_order() => Assert.Null(Problem(Section([], Type(0, Pointer, 1))));

    [Theory]
    [InlineData(0, 0x9eu, "Invalid magic", 22)]
    [InlineData(2, 2u, "Unsupported version", 524)]
    [InlineData(3, 1u, "Unsupported flags", 524)]
    [InlineData(4, 0xffu, "btf_header not found", 22)]
    [InlineData(8, 1u, "Unsupported section found", 22)]
    [InlineData(12, 200u, "Total section length too long", 22)]
    [InlineData(16, 200u, "Invalid section offset", 22)]
    [InlineData(16, 1u, "Section overlap found", 22)]
    public void A_header_that_does_not_fit(int at, uint value, string words, int error)
    {
        byte[] section = Section("mine\0"u8, Type(0, Pointer, 1));
        section[at] = (byte)value;
        Assert.Equal((error, words), Find(section));
    }

    [Fact]
    public void A_section_that_is_too_short() => Assert.Equal("hdr_len not found", Problem([0x9f, 0xeb, 1]));

    [Fact]
    public void Strings_without_an_end() => Assert.Equal("Invalid string section", Problem(Section("mine"u8, Type(0, Pointer, 1))));

    [Theory]
    [InlineData(9u, "[2] Invalid name_offset:10")]
    [InlineData(0x7fffffffu, "[2] Invalid name_offset:2147483648")]
    public void A_name_outside_the_strings(uint offset, string words) =>
        Assert.Equal(words, Problem(Section("mine\0"u8, Type(offset + 1, Integer, 4, 0x20))));

    [Fact]
    public void The_last_name_within_the_strings() => Assert.Null(Problem(Section("mine\0"u8, Type(9, Integer, 4, 0x20))));

    [Theory]
    [InlineData(0, "[2] Invalid kind:0")]
    [InlineData(20, "[2] Invalid kind:20")]
    public void A_kind_that_there_is_not(int kind, string words) => Assert.Equal(words, Problem(Section([], Type(0, kind, 1)), "6.12"));

    [Theory]
    [InlineData(19, "5.19", "[2] Invalid kind:19")]
    [InlineData(19, "6.0", null)]
    [InlineData(18, "5.16", "[2] Invalid kind:18")]
    [InlineData(17, "5.15", "[2] Invalid kind:17")]
    public void A_kind_that_is_newer_than_the_kernel(int kind, string version, string? words) =>
        Assert.Equal(words, Problem(Section("mine\0"u8, kind == 17 ? Type(5, kind, 1, 0) : Type(5, kind, kind == 19 ? 8u : 1)), version));

    [Theory]
    [InlineData(19, "5.14")]
    [InlineData(17, "5.14")]
    [InlineData(20, "6.12")]
    public void A_kind_that_the_kernels_own_types_have_it_knows_whatever_its_version(int kind, string version)
    {
        // As distributions do that bring newer BTF to an older version.
        BtfTypes kernel = BtfTypes.Read(Section(KernelStrings, Type(1, Integer, 4, 0x20), OfKind(kind, 1)), ElfByteOrder.Little)!;
        Assert.Null(Find(Section("mine\0"u8, OfKind(kind, 5)), version, kernel).Problem);
    }

    [Theory]
    [InlineData(19, "5.19")]
    [InlineData(20, "6.12")]
    public void A_kind_that_is_newer_than_the_version_is_no_error_where_the_kernels_types_are_not_at_hand(int kind, string version) =>
        Assert.Null(Find(Section("mine\0"u8, OfKind(kind, 5)), version, null).Problem);

    [Fact]
    public void A_form_that_the_kernels_own_types_have_it_knows_whatever_its_version()
    {
        byte[] module = LongSection("mine\0"u8, Type(5, Integer, 4, 0x20));
        Assert.Equal((7, "Unsupported btf_header"), Find(module, "6.12"));
        Assert.Null(Find(module, "6.12", BtfTypes.Read(LongSection(KernelStrings, Type(1, Integer, 4, 0x20)), ElfByteOrder.Little)).Problem);
        Assert.Null(Find(module, "6.12", null).Problem);
        Assert.Null(Find(Section([], Words(0, (4u << (int)Kind) | 0x10000, 8)), "6.12", null).Problem);
    }

    [Fact]
    public void Numbers_of_types_count_only_where_all_of_the_kernels_are_known()
    {
        byte[] module = Section([], Type(0, Const, 7));
        byte[] kernel = Section(KernelStrings, Type(1, Integer, 4, 0x20), OfKind(20, 1), Type(1, Integer, 4, 0x20));
        Assert.Null(Find(module, "6.12", BtfTypes.Read(kernel, ElfByteOrder.Little)).Problem);
        Assert.NotNull(Problem(module));
    }

    [Fact]
    public void A_type_beyond_those_that_there_are() =>
        Assert.Equal("the type [2] refers to the type [7], and there are 3 with the kernel's", Problem(Section([], Type(0, Const, 7))));

    [Fact]
    public void Modifiers_in_a_circle() => Assert.Equal((40, "[2] Max chain length or cycle detected"), Find(Section([], Type(0, Const, 3), Type(0, Const, 2))));

    [Theory]
    [InlineData(Pointer, 5u, "[2] Invalid name")]
    [InlineData(8, 0u, "[2] Invalid name")]
    public void A_name_where_there_must_be_none_and_none_where_there_must_be_one(int kind, uint name, string words) =>
        Assert.Equal(words, Problem(Section("mine\0"u8, Type(name, kind, 1))));

    [Fact]
    public void Types_that_end_within_one() =>
        Assert.Equal("[2] meta_left:2 meta_needed:12", Problem(Section([], Type(0, Integer, 4)[..2])));

    [Fact]
    public void A_version_with_more_parts_to_a_type_reads_them_so()
    {
        // 7.2 has 24 bits for the number of parts; before, some of them had to be 0.
        byte[] section = Section([], Words(0, (4u << (int)Kind) | 0x10000, 8));
        Assert.Equal("[2] Invalid btf_info:4010000", Problem(section, "6.12"));
        Assert.Equal("[2] meta_left:0 meta_needed:786432", Problem(section, "7.2"));
    }

    private static string? Problem(byte[] section, string version = "6.12") => Find(section, version).Problem;

    private static (int Error, string? Problem) Find(byte[] section, string version = "6.12") => Find(section, version, Kernel);

    private static (int Error, string? Problem) Find(byte[] section, string version, BtfTypes? kernel)
    {
        Assert.True(KernelVersion.TryParse(version, out KernelVersion parsed));
        return new BtfSectionCheck(section, ElfByteOrder.Little, parsed, kernel, kernel).Find();
    }

    private static byte[] OfKind(int kind, uint name) => kind == 17 ? Type(name, kind, 1, 0) : Type(name, kind, kind >= 19 ? 8u : 1);

    private static byte[] Type(uint name, int kind, uint link, params uint[] parts) => Words([name, (uint)kind << (int)Kind, link, .. parts]);

    private static byte[] Section(ReadOnlySpan<byte> strings, params byte[][] types)
    {
        byte[] all = [.. types.SelectMany(type => type)];
        return [0x9f, 0xeb, 1, 0, .. Words(24, 0, (uint)all.Length, (uint)all.Length, (uint)strings.Length), .. all, .. strings];
    }

    // With a layout of one kind, after the strings.
    private static byte[] LongSection(ReadOnlySpan<byte> strings, byte[] type)
    {
        byte[] layout = new byte[4];
        uint text = (uint)type.Length, end = text + (uint)strings.Length;
        return [0x9f, 0xeb, 1, 0, .. Words(32, 0, text, text, (uint)strings.Length, end, (uint)layout.Length), .. type, .. strings, .. layout];
    }

    private static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }
}
