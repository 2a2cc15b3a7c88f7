using Klp.Elf.Constants;
using Klp.Elf.Model;

namespace Klp.Patching.Proof;

/// <summary>
/// Compares two relocatable objects in all that a linker makes a kernel of: sections with their contents and relocations, by
/// the names of what these refer to, and symbols. Debug information and the compiler's signature aside.
/// </summary>
public sealed class ObjectComparison
{
    private const int ShownBytes = 8;
    private const int InstructionBytes = 4;

    private readonly ComparedObject expected;
    private readonly ComparedObject found;

    private ObjectComparison(ElfObject expected, ElfObject found)
    {
        this.expected = new ComparedObject(expected);
        this.found = new ComparedObject(found);
    }

    /// <summary>Finds the first difference of two objects, in code before it looks at data.</summary>
    /// <param name="expected">The object as it should be.</param>
    /// <param name="found">The object that is compared with it.</param>
    /// <returns>The difference; null for equal objects.</returns>
    public static ObjectDifference? Find(ElfObject expected, ElfObject found)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(found);
        return new ObjectComparison(expected, found).Find();
    }

    /// <summary>Finds the first difference of two objects' files; equal ones are not read.</summary>
    /// <param name="expected">The object as it should be.</param>
    /// <param name="found">The object that is compared with it.</param>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <returns>The difference; null for equal objects.</returns>
    /// <exception cref="ElfFormatException">One of them is not a well-formed relocatable ELF64 object.</exception>
    public static ObjectDifference? Find(byte[] expected, byte[] found, string fileName) =>
        expected.AsSpan().SequenceEqual(found) ? null : Find(ElfObject.Read(expected, fileName), ElfObject.Read(found, fileName));

    private ObjectDifference? Find()
    {
        if (expected.Machine != found.Machine)
            return Whole($"the ELF header has e_machine and e_flags {found.Machine} instead of {expected.Machine}");
        IEnumerable<string> expectedNames = expected.Sections.Select(section => section.Name);
        if (CompareLists(expectedNames, found.Sections.Select(section => section.Name), "section") is { } list)
            return list;
        IEnumerable<(ComparedSection Expected, ComparedSection Found)> pairs = expected.Sections.Zip(found.Sections)
            .OrderBy(pair => pair.First.IsCode ? 0 : 1);
        return pairs.Select(pair => CompareContents(pair.Expected, pair.Found)).FirstOrDefault(difference => difference is not null)
            ?? pairs.Select(pair => CompareRelocations(pair.Expected, pair.Found)).FirstOrDefault(difference => difference is not null)
            ?? CompareLists(expected.Symbols, found.Symbols, "symbol")
            ?? pairs.Select(pair => CompareHeaders(pair.Expected, pair.Found)).FirstOrDefault(difference => difference is not null);
    }

    private ObjectDifference? CompareContents(ComparedSection left, ComparedSection right)
    {
        ReadOnlySpan<byte> leftBytes = left.Contents, rightBytes = right.Contents;
        int common = leftBytes.CommonPrefixLength(rightBytes);
        if (common < Math.Min(leftBytes.Length, rightBytes.Length))
        {
            // From the beginning of the instruction, as a disassembler shows it; where they have no fixed length, near it.
            common -= common % InstructionBytes;
            return At(left, (ulong)common,
                $"the bytes are {Shown(rightBytes, common)} instead of {Shown(leftBytes, common)}");
        }

        return left.Section.Size == right.Section.Size ? null : At(
            left, Math.Min(left.Section.Size, right.Section.Size),
            $"the section has {right.Section.Size} bytes instead of {left.Section.Size}");
    }

    private ObjectDifference? CompareRelocations(ComparedSection left, ComparedSection right)
    {
        string[] leftKeys = [.. left.Relocations.Select(expected.Describe)], rightKeys = [.. right.Relocations.Select(found.Describe)];
        int at = leftKeys.AsSpan().CommonPrefixLength(rightKeys);
        if (at == leftKeys.Length && at == rightKeys.Length)
            return null;
        string Key(string[] keys) => at < keys.Length ? $"to {keys[at]}" : "missing";
        ulong offset = (at < leftKeys.Length ? left : right).Relocations[at].Offset;
        return At(left, offset, $"the relocation is {Key(rightKeys)} instead of {Key(leftKeys)}");
    }

    private static ObjectDifference? CompareHeaders(ComparedSection left, ComparedSection right) => left.Header == right.Header
        ? null : new ObjectDifference(left.Name, null, 0, $"the section's header has {right.Header} instead of {left.Header}");

    private static ObjectDifference? CompareLists(IEnumerable<string> left, IEnumerable<string> right, string kind)
    {
        string[] leftNames = [.. left], rightNames = [.. right];
        int at = leftNames.AsSpan().CommonPrefixLength(rightNames);
        if (at == leftNames.Length && at == rightNames.Length)
            return null;
        if (leftNames.Except(rightNames).FirstOrDefault() is { } missing)
            return Whole($"the {kind} {missing} is missing");
        return Whole(rightNames.Except(leftNames).FirstOrDefault() is { } added
            ? $"the {kind} {added} is one too many" : $"the {kind}s are in another order");
    }

    private ObjectDifference At(ComparedSection section, ulong offset, string what) =>
        expected.SymbolAt(section.Section, offset) is { } symbol
            ? new ObjectDifference(section.Name, symbol.Name, offset - symbol.Value, what)
            : new ObjectDifference(section.Name, null, offset, what);

    private static string Shown(ReadOnlySpan<byte> bytes, int at) =>
        Convert.ToHexStringLower(bytes.Slice(at, Math.Min(ShownBytes, bytes.Length - at)));

    private static ObjectDifference Whole(string what) => new(null, null, 0, what);
}
