using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Dwarf;

/// <summary>
/// The functions and structures of a file's .debug_info section (DWARF 5, section 7.5; versions 2 to 5). It serves advice only,
/// so malformed contents are never an error: what can be read counts. Of a large file only the units are decoded that use the
/// names that are asked for.
/// </summary>
public sealed class DwarfInfo
{
    private const string SectionName = ".debug_info";
    private const int HeaderBytes = 12;
    // Units of the kernel have less than 2 MB.
    private const ulong MaximumUnitBytes = 32 << 20;

    private readonly DwarfSections sections;
    private readonly DwarfSection? contents;
    private readonly ElfImage? image;
    private readonly ElfSectionHeader place;
    private readonly bool isLinked;

    private DwarfInfo(DwarfSections sections, DwarfSection? contents, ElfImage? image, ElfSectionHeader place)
    {
        this.sections = sections;
        this.contents = contents;
        this.image = image;
        this.place = place;
        isLinked = image is not null;
    }

    /// <summary>The debug information of an object, or null where it has none.</summary>
    /// <param name="source">The object. Its relocations are applied to what is read and not changed.</param>
    public static DwarfInfo? Read(ElfObject source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return DwarfSection.Load(source, SectionName) is { } contents
            ? new DwarfInfo(new DwarfSections(name => DwarfSection.Load(source, name), source.Header.ByteOrder), contents, null, default)
            : null;
    }

    /// <summary>The debug information of a linked file, or null where it has none.</summary>
    /// <param name="image">The file, which has to stay open as long as this is used.</param>
    /// <exception cref="ElfFormatException">A section's place in the file is damaged.</exception>
    public static DwarfInfo? Read(ElfImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int index = image.FindSection(SectionName);
        if (index < 0 || !image.Sections[index].HasContents)
            return null;
        DwarfSections sections = new(name => DwarfSection.Load(image, name), image.Header.ByteOrder);
        if (!image.Sections[index].Flags.HasFlag(ElfSectionFlags.Compressed))
            return new DwarfInfo(sections, null, image, image.Sections[index]);
        return DwarfSection.Load(image, SectionName) is { } contents
            ? new DwarfInfo(sections, contents, image, image.Sections[index])
            : null;
    }

    /// <summary>
    /// The functions that are defined in the file, with the functions of the same compiled file that have copies of them inlined.
    /// </summary>
    /// <param name="names">The names of the functions, or null for all.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<DwarfFunction> FindFunctions(IReadOnlyCollection<string>? names = null)
    {
        List<DwarfFunction> found = [];
        foreach (DwarfUnit unit in Units(names))
            found.AddRange(DwarfUnitFunctions.Find(unit, names));
        return found;
    }

    /// <summary>
    /// The functions of a name of which a compiled file has inlined copies and no code besides, with the functions that have the
    /// copies.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<DwarfFunction> FindInlined(string name) =>
        [.. Units([name])
            .SelectMany(unit => DwarfUnitFunctions.Find(unit, [name], withInlined: true))
            .Where(function => !function.HasCode)];

    /// <summary>Where the source defines functions: those with code, and those of which there are only inlined copies.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<DwarfDefinition> FindDefinitions()
    {
        List<DwarfDefinition> found = [];
        foreach (DwarfUnit unit in Units(null))
        {
            DwarfLineHeader? lines = unit.LineHeader;
            for (int i = 0; i < unit.Count && lines is not null; i++)
            {
                if (unit[i] is { Tag: DwarfTag.Function, IsDeclaration: false, Origin: DwarfUnit.None, DeclarationLine: > 0 } entry
                    && entry.DeclarationFile is { } file && lines.FileAt(file)?.Path is { } path && entry.Name.Text is { Length: > 0 } name)
                {
                    found.Add(new DwarfDefinition(name, path, entry.DeclarationLine));
                }
            }
        }

        return found;
    }

    /// <summary>The layout of a structure, or null when there is none of that name.</summary>
    /// <param name="name">The structure's tag.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public DebugStructure? FindStructure(string name)
    {
        foreach (DwarfUnit unit in Units([name]))
        {
            for (int i = 0; i < unit.Count; i++)
            {
                if (unit[i] is { Tag: DwarfTag.Structure, IsDeclaration: false } entry && entry.Name.Is(name))
                    return new DwarfTypes(unit).Structure(i);
            }
        }

        return null;
    }

    /// <summary>What the compiled file declares: its types with their layouts, functions and variables.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public DebugDeclarations FindDeclarations()
    {
        DwarfDeclarations found = new();
        foreach (DwarfUnit unit in Units(null))
            found.Add(unit);
        return found.Result();
    }

    private IEnumerable<DwarfUnit> Units(IReadOnlyCollection<string>? names)
    {
        // In a relocatable object the names are in the relocations.
        DwarfNameFilter? filter = isLinked && names is not null ? DwarfNameFilter.Of(names, sections) : null;
        return contents is not null ? LoadedUnits(contents, filter) : ImageUnits(filter);
    }

    private IEnumerable<DwarfUnit> LoadedUnits(DwarfSection info, DwarfNameFilter? filter)
    {
        for (int start = 0; start < info.Bytes.Length;)
        {
            int length = (int)Math.Min(DwarfUnitHeader.Length(info.Bytes[start..], sections.Order), (ulong)(info.Bytes.Length - start));
            if (length < HeaderBytes)
                yield break;
            if (filter?.Matches(info.Bytes.Slice(start, length)) != false
                && DwarfUnit.Read(sections, info, start, start + length) is { } unit)
            {
                yield return unit;
            }

            start += length;
        }
    }

    private IEnumerable<DwarfUnit> ImageUnits(DwarfNameFilter? filter)
    {
        byte[] buffer = [];
        for (ulong offset = 0; offset < place.Size;)
        {
            ulong rest = place.Size - offset;
            ulong length = Math.Min(
                DwarfUnitHeader.Length(image!.ReadAt(place.Offset + offset, Math.Min(HeaderBytes, rest)), sections.Order), rest);
            // No unit is shorter: zeros stand where a file was cut off.
            if (length < HeaderBytes)
                yield break;
            if (length <= MaximumUnitBytes)
            {
                if ((ulong)buffer.Length < length)
                    buffer = new byte[length];
                Memory<byte> bytes = buffer.AsMemory(0, (int)length);
                image.ReadAt(place.Offset + offset, bytes.Span);
                if (filter?.Matches(bytes.Span) != false
                    && DwarfUnit.Read(sections, new DwarfSection(bytes.ToArray()), 0, (int)length) is { } unit)
                {
                    yield return unit;
                }
            }

            offset += length;
        }
    }
}
