using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;
using Klp.Kernel.Kallsyms;

namespace Klp.Kernel.SymbolTables;

/// <summary>
/// What the image that boots tells of the kernel's symbols, where a distribution keeps vmlinux to itself: addresses from
/// kallsyms, and the kernel's memory as it is linked.
/// </summary>
internal sealed class KernelImageSymbols
{
    private readonly byte[] kernel;
    private readonly ElfImage? elf;
    private readonly ulong[] addresses;
    private readonly ILookup<string, (char Type, ulong Address)> symbols;

    private KernelImageSymbols(byte[] kernel, string path, KallsymsTable table)
    {
        this.kernel = kernel;
        elf = kernel.AsSpan().StartsWith("\u007fELF"u8) ? ElfImage.Read(new MemoryStream(kernel, writable: false), path) : null;
        addresses = [.. table.Addresses!];
        symbols = table.Symbols()
            .Select((symbol, index) => (Name: Encoding.Latin1.GetString(symbol.Name.Span), symbol.Type, Address: addresses[index]))
            .ToLookup(symbol => symbol.Name, symbol => (symbol.Type, symbol.Address));
    }

    /// <summary>Reads an image; null when its kallsyms has no addresses that can be found.</summary>
    /// <exception cref="ElfFormatException">It has no kallsyms.</exception>
    /// <exception cref="InvalidDataException">It is compressed in a way that is not known here, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static KernelImageSymbols? Read(string path, ElfByteOrder order)
    {
        byte[] kernel = KernelImage.ReadKernel(path);
        KallsymsTable table = KernelImageKallsyms.Read(kernel, path, order);
        return table.Addresses is null ? null : new KernelImageSymbols(kernel, path, table);
    }

    /// <summary>The symbols of a name by position. A size is the distance to the next symbol, as the kernel itself takes it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="ignoredSuffix">What begins the part of their names that the kernel leaves out; null for none.</param>
    internal IReadOnlyList<SymbolCandidate> Find(string name, string? ignoredSuffix = null) =>
        [.. Named(name, ignoredSuffix)
            .Select((symbol, index) => new SymbolCandidate(
                index + 1, SectionAt(symbol.Address), symbol.Address, SizeAt(symbol.Address), IsCode(symbol.Type), null)
            {
                IsData = !IsCode(symbol.Type),
            })];

    /// <summary>The kernel's memory at an address as it is linked, or null where the image has none.</summary>
    internal byte[]? ReadMemory(ulong address, ulong size)
    {
        if (elf is null)
        {
            // A flat image begins with _text.
            ulong? start = AddressOf("_text");
            return start is null
                || address < start
                || address - start > (ulong)kernel.Length
                || size > (ulong)kernel.Length - (address - start.Value)
                ? null
                : kernel.AsSpan((int)(address - start.Value), (int)size).ToArray();
        }

        foreach (ElfSectionHeader section in elf.Sections)
        {
            if (section.HasContents
                && section.Flags.HasFlag(ElfSectionFlags.Alloc)
                && address >= section.Address
                && address - section.Address <= section.Size
                && size <= section.Size - (address - section.Address))
            {
                return elf.ReadAt(section.Offset + (address - section.Address), size);
            }
        }

        return null;
    }

    /// <summary>The contents of a section of the kernel, or null where it has none of that name, or its image is flat.</summary>
    internal byte[]? ReadSection(string name) =>
        elf is not null && elf.FindSection(name) is var index and >= 0 ? elf.ReadSection(index) : null;

    /// <summary>The address of a name of which there is one, or null.</summary>
    internal ulong? AddressOf(string name) => symbols[name].ToList() is [var only] ? only.Address : null;

    private IEnumerable<(char Type, ulong Address)> Named(string name, string? ignoredSuffix) => ignoredSuffix is null
        ? symbols[name]
        : symbols.Where(group => IsNamed(group.Key, name, ignoredSuffix)).SelectMany(group => group).OrderBy(symbol => symbol.Address);

    private static bool IsNamed(string symbol, string name, string ignoredSuffix) =>
        symbol.IndexOf(ignoredSuffix, StringComparison.Ordinal) is var at && at < 0
            ? symbol == name
            : symbol.AsSpan(0, at).SequenceEqual(name);

    // As nm has them: W is a weak function, where weak data is V; A and other letters are no code that could be patched.
    private static bool IsCode(char type) => type is 't' or 'T' or 'w' or 'W';

    private ulong SizeAt(ulong address)
    {
        int next = Array.BinarySearch(addresses, address + 1);
        next = next < 0 ? ~next : next;
        return next < addresses.Length ? addresses[next] - address : 0;
    }

    // The kernel frees what is between the two; per-CPU variables, which may be there too, are copied first.
    private string? SectionAt(ulong address)
    {
        bool isInit = AddressOf("__init_begin") <= address && address < AddressOf("__init_end");
        bool isPerCpu = AddressOf("__per_cpu_start") <= address && address < AddressOf("__per_cpu_end");
        return isInit && !isPerCpu ? SectionLife.Init
            : elf is null ? ".text"
            : elf.Sections
                .Select((section, index) => (section, index))
                .Where(
                    found => found.section.Flags.HasFlag(ElfSectionFlags.Alloc)
                        && address >= found.section.Address
                        && address - found.section.Address < found.section.Size)
                .Select(found => elf.SectionName(found.index))
                .FirstOrDefault();
    }
}
