using Klp.Elf.Constants;

namespace Klp.Kernel.Kallsyms;

/// <summary>
/// The compressed table of names that scripts/kallsyms.c links into a kernel, and from which the running kernel lists its
/// symbols in /proc/kallsyms. It is the kernel's own list: membership and order need no rules of ours.
/// </summary>
public sealed class KallsymsTable
{
    internal const int TokenCount = 256;
    internal const int LongestEntry = 4096;

    private readonly string fileName;
    private readonly ReadOnlyMemory<byte> names;
    private readonly byte[][] tokens;

    internal KallsymsTable(string fileName, ReadOnlyMemory<byte> names, uint count, byte[][] tokens)
    {
        this.fileName = fileName;
        this.names = names;
        this.tokens = tokens;
        Count = count;
    }

    /// <summary>The number of symbols.</summary>
    public uint Count { get; }

    /// <summary>The link-time addresses in the same order; null where they were not looked for or not found.</summary>
    public IReadOnlyList<ulong>? Addresses { get; init; }

    /// <summary>The names in the order of the kernel's table, which is the order of their addresses.</summary>
    /// <returns>Each name with its type letter as nm prints it; the name's memory is valid until the next one.</returns>
    /// <exception cref="ElfFormatException">The table is damaged.</exception>
    public IEnumerable<(char Type, ReadOnlyMemory<byte> Name)> Symbols()
    {
        byte[] text = new byte[LongestEntry];
        int position = 0;
        for (uint i = 0; i < Count; i++)
        {
            // A length of 128 or more takes two bytes, seven bits in the first (since 6.1; no name was that long before).
            int length = ByteAt(position++);
            if ((length & 0x80) != 0)
                length = (length & 0x7f) | (ByteAt(position++) << 7);

            int used = 0;
            for (int end = position + length; position < end; position++)
            {
                byte[] token = tokens[ByteAt(position)];
                if (used + token.Length > text.Length)
                    throw Damaged($"symbol {i} is longer than {LongestEntry} bytes");
                token.CopyTo(text, used);
                used += token.Length;
            }

            if (used < 2)
                throw Damaged($"symbol {i} has no name");
            yield return ((char)text[0], text.AsMemory(1, used - 1));
        }
    }

    private byte ByteAt(int position) =>
        position < names.Length ? names.Span[position] : throw Damaged("it ends in the middle of a symbol");

    private ElfFormatException Damaged(string problem) => new(fileName, $"the kallsyms table is damaged: {problem}");
}
