using System.Globalization;
using ELFSharp.ELF;
using ELFSharp.ELF.Sections;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

/// <summary>ELFSharp reads a kernel's modules and images, and says the same of their sections and symbols.</summary>
[Trait("Needs", "kernel")]
public class ElfSharpTests
{
    [Fact]
    public void Agrees_about_a_kernels_modules()
    {
        Assert.NotEmpty(KernelTree.Modules);
        Assert.All(KernelTree.Modules, AssertAgrees);
    }

    [Fact]
    public void Agrees_about_a_kernels_images()
    {
        string[] images = [.. Directory.EnumerateFiles(KernelTree.Path, "vmlinux*").Where(IsElf).Order(StringComparer.Ordinal)];
        Assert.Contains(images, path => Path.GetFileName(path) == "vmlinux");
        Assert.All(images, AssertAgrees);
    }

    private static void AssertAgrees(string path)
    {
        using ElfImage ours = ElfImage.Open(path);
        using ELF<ulong> theirs = ELFReader.Load<ulong>(path);
        Assert.Equal((int)ours.Header.Machine, (int)theirs.Machine);
        Assert.Equal(ours.Header.Flags, theirs.MachineFlags);
        Assert.Equal(ours.Sections.Select((section, index) => Line($"{ours.SectionName(index)} {(uint)section.Type} {(ulong)section.Flags:x} {section.Address:x} {section.Offset:x} {section.Size:x} {section.Alignment} {section.EntrySize}")),
            theirs.Sections.Select(section => Line($"{section.Name} {(uint)section.Type} {section.RawFlags:x} {section.LoadAddress:x} {section.Offset:x} {section.Size:x} {section.Alignment} {section.EntrySize}")));

        ElfSymbolTableView? symbols = ours.ReadSymbolTable();
        SymbolTable<ulong>? table = theirs.GetSections<SymbolTable<ulong>>().SingleOrDefault(section => section.Type == SectionType.SymbolTable);
        Assert.Equal(symbols is null, table is null);
        if (symbols is null)
            return;
        SymbolEntry<ulong>[] entries = [.. table!.Entries];
        Assert.Equal(symbols.Count, entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            ElfSymbolEntry symbol = symbols[i];
            string expected = Line($"{i} {symbols.Name(symbol)} {symbol.Value:x} {symbol.Size} {(int)symbol.Binding} {(int)symbol.Type} {symbol.Other & 3} {symbol.SectionIndex}");
            SymbolEntry<ulong> entry = entries[i];
            Assert.Equal(expected, Line($"{i} {entry.Name} {entry.Value:x} {entry.Size} {(int)entry.Binding} {(int)entry.Type} {(int)entry.Visibility} {entry.PointedSectionIndex}"));
        }

        if (ours.Header.Type == ElfObjectType.Relocatable)
            AssertAgrees(ElfObject.Open(path), entries);
    }

    private static void AssertAgrees(ElfObject ours, SymbolEntry<ulong>[] entries)
    {
        Assert.Equal(ours.Symbols.Select(symbol => Line($"{symbol.Name} {symbol.Value:x} {symbol.Size} {(int)symbol.Binding} {symbol.Section?.Name}")),
            entries.Select(entry => Line($"{entry.Name} {entry.Value:x} {entry.Size} {(int)entry.Binding} {(entry.IsPointedIndexSpecial ? null : entry.PointedSection?.Name)}")));
    }

    private static bool IsElf(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("\u007fELF"u8);
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
