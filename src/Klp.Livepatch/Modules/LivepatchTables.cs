using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Finds a livepatch's klp_object and klp_func tables in its data. Only the first members of the two structures are relied
/// on, which have stood still since 4.5 (include/linux/livepatch.h): klp_func begins with old_name, new_func and old_sympos;
/// klp_object with name, funcs and, since 4.15, four callbacks. The tables are recognised by what they point to, so the
/// sizes of the structures, which differ between kernels, are not needed; where the other members are, <see cref="LivepatchLayout"/> tells. The compact klp_object_ext and klp_func_ext of the
/// kernel's own klp-build (include/linux/livepatch_external.h, since 6.19) begin alike.
/// </summary>
public sealed class LivepatchTables
{
    private const ulong PointerBytes = 8;
    // klp-build's tables follow each other in two sections, without symbols to tell them apart.
    private const string ExternalObjects = ".init.klp_objects";

    private readonly ElfObject module;
    private readonly LivepatchLayout layout;
    private readonly RelocationIndex relocations;
    private readonly VariableIndex variables;
    private readonly List<(ElfSection Section, ElfRelocation Relocation)> pointers;
    private readonly HashSet<(ElfSection Section, ulong Offset)> places = [];
    private readonly List<(ElfSection Section, ulong Offset)> externalTables;
    private readonly HashSet<(ElfSection Section, ulong Offset)> objectTables = [];
    private readonly HashSet<(ElfSection Section, ulong Offset)> functionTables = [];

    private LivepatchTables(ElfObject module, LivepatchLayout layout)
    {
        this.module = module;
        this.layout = layout;
        relocations = new RelocationIndex(module);
        variables = new VariableIndex(module);
        pointers = FindPointers(module);
        externalTables = [.. pointers.Where(pointer => pointer.Section.Name == ExternalObjects).Select(pointer => RelocationIndex.Target(pointer.Relocation)).OfType<(ElfSection, ulong)>()];
        Objects = ReadObjects();
        PatchReader patch = new(module, relocations, layout, pointers.FindAll(pointer => IsPatch(pointer.Section, pointer.Relocation)));
        States = patch.ReadStates();
        Replaces = patch.ReadReplaces();
    }

    /// <summary>The patched objects in the order of the module's data.</summary>
    public IReadOnlyList<PatchedObject> Objects { get; }

    /// <summary>The states that the livepatch modifies, in the order of their table.</summary>
    public IReadOnlyList<PatchState> States { get; }

    /// <summary>True for an atomic replace: all livepatches before it go when it comes (klp_patch.replace, since 5.1).</summary>
    public bool Replaces { get; }

    /// <summary>The patched objects that are modules.</summary>
    public IEnumerable<string> ModuleNames => Objects.Select(patched => patched.Name).Where(name => name != ModuleName.Vmlinux).Distinct();

    /// <summary>Reads the tables of a livepatch module.</summary>
    /// <param name="module">The module, before or after conversion.</param>
    /// <param name="layout">Where the kernel has the members that the tables are not recognised by; null for the usual places.</param>
    /// <returns>The tables; without objects when none are found, as when the module builds them at run time.</returns>
    public static LivepatchTables Read(ElfObject module, LivepatchLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new LivepatchTables(module, layout ?? LivepatchLayout.Usual);
    }

    /// <summary>
    /// What is incomplete in the tables: entries that have only one of the pointers that klp_enable_patch insists on. A
    /// module that fills its tables in at run time has none.
    /// </summary>
    /// <returns>The place of each, and what is wrong with it in words.</returns>
    internal IEnumerable<(ElfSection Section, ulong Offset, string Problem)> FindIncomplete()
    {
        foreach ((ElfSection section, ulong start, ulong end) in PatchTables())
        {
            for (ulong offset = start; Fits(offset, PointerBytes, end); offset += PointerBytes)
            {
                if (!IsTablePlace(section, offset) && relocations.StringAt(section, offset) is { } name && IsString(section, offset))
                    yield return (section, offset, relocations.At(section, offset + PointerBytes) is null ? $"the klp_object '{name}' has no funcs" : $"no function of the klp_object '{name}' has both old_name and new_func");
            }
        }

        foreach ((ElfSection section, ulong start) in functionTables)
        {
            ulong end = EndOfTable(section, start);
            for (ulong offset = start; Fits(offset, PointerBytes, end); offset += PointerBytes)
            {
                if (IsTablePlace(section, offset) || relocations.Target(section, offset) is not { } target)
                    continue;
                if (target.Section.Flags.HasFlag(ElfSectionFlags.Execute))
                    yield return (section, offset, "a klp_func has a new_func and no old_name");
                else if (relocations.StringAt(section, offset) is { } name)
                    yield return (section, offset, $"the klp_func '{name}' has no new_func");
            }
        }

        foreach ((ElfSection section, ulong offset, string problem) in objectTables.Count == 0 ? FindEmptyPatch() : FindIncompletePatch())
            yield return (section, offset, problem);
    }

    /// <summary>True when the relocation at a place belongs to one of the tables.</summary>
    /// <param name="section">The section.</param>
    /// <param name="offset">Offset in the section in bytes.</param>
    public bool IsTablePlace(ElfSection section, ulong offset) => places.Contains((section, offset));

    private List<PatchedObject> ReadObjects()
    {
        List<(ElfSection Section, ulong Start, ulong End)> tables = PatchTables();
        bool IsInPatch(ElfSection section, ulong start) => tables.Exists(table => table.Section == section && table.Start <= start && start < table.End);

        List<(ElfSection Section, ulong Start)> all = [.. ObjectPlaces(IsInPatch)];
        List<(ElfSection Section, ulong Start)> patched = all.FindAll(place => IsInPatch(place.Section, place.Start));

        // klp-build's init function makes the klp_patch as it runs.
        if (patched.Count == 0)
            patched = all.FindAll(place => place.Section.Name == ExternalObjects);

        List<PatchedObject> objects = [];
        foreach ((ElfSection section, ulong start) in patched.Count > 0 ? patched : all)
        {
            // Tables do not overlap; what lies within another is something else.
            (ElfSection Section, ulong Offset) table = relocations.Target(section, start + PointerBytes)!.Value;
            if (!IsTablePlace(table.Section, table.Offset) || functionTables.Contains(table))
                objects.Add(ReadObject(section, start, table));
        }

        return objects;
    }

    // Objects that no klp_patch leads to, though one of its two pointers is there.
    private IEnumerable<(ElfSection Section, ulong Offset, string Problem)> FindIncompletePatch()
    {
        if (PatchTables().Count > 0 || objectTables.Any(table => table.Section.Name == ExternalObjects))
            yield break;
        foreach ((ElfSection section, ElfRelocation pointer) in pointers.Where(pointer => pointer.Relocation.Offset >= PointerBytes))
        {
            ulong start = pointer.Offset - PointerBytes;
            if (RelocationIndex.Target(pointer) is { } target && objectTables.Contains(target) && relocations.At(section, start) is null && IsZero(section, start))
                yield return (section, start, "the klp_patch has no mod");
        }

        // Debug information refers to what nothing uses.
        bool isUsed = module.RelocationSections.Where(section => section.InfoSection?.Flags.HasFlag(ElfSectionFlags.Alloc) == true).SelectMany(section => section.Relocations).Any(relocation => RelocationIndex.Target(relocation) is { } target && objectTables.Contains(target));
        foreach ((ElfSection section, ElfRelocation pointer) in pointers.Where(pointer => !isUsed && pointer.Relocation.Symbol?.Name == "__this_module"))
        {
            if (relocations.At(section, pointer.Offset + PointerBytes) is null && IsZero(section, pointer.Offset + PointerBytes))
                yield return (section, pointer.Offset, "the klp_patch has no objs");
        }
    }

    // Without objects only the call shows that it is a klp_patch.
    private IEnumerable<(ElfSection Section, ulong Offset, string Problem)> FindEmptyPatch() =>
        from argument in EnableCall.Arguments(module)
        where relocations.At(argument.Section, argument.Offset)?.Symbol?.Name == "__this_module" && IsEmpty(argument.Section, argument.Offset + PointerBytes)
        select (argument.Section, argument.Offset, "the klp_patch has no objs");

    private PatchedObject ReadObject(ElfSection section, ulong start, (ElfSection Section, ulong Offset) table)
    {
        objectTables.Add((section, start));
        places.Add((section, start));
        places.Add((section, start + PointerBytes));
        functionTables.Add(table);
        return new PatchedObject(ReadObjectName(section, start)!, relocations.At(section, start) is not null, ReadFunctions(table.Section, table.Offset), ReadCallbacks(section, start));
    }

    // A klp_object is where a pointer at +8 leads to a klp_func table and the pointer at +0 is a string or null.
    // One that has only callbacks has an empty table; only a klp_patch shows that it is an object.
    private IEnumerable<(ElfSection Section, ulong Start)> ObjectPlaces(Func<ElfSection, ulong, bool> isInPatch) =>
        from pointer in pointers
        where pointer.Relocation.Offset >= PointerBytes
        let table = RelocationIndex.Target(pointer.Relocation)
        let start = pointer.Relocation.Offset - PointerBytes
        where table is not null && (IsFunctionTable(table.Value.Section, table.Value.Offset) || (IsEmptyTable(table.Value.Section, table.Value.Offset) && isInPatch(pointer.Section, start)))
        where ReadObjectName(pointer.Section, start) is not null
        select (pointer.Section, start);

    // A klp_patch begins with THIS_MODULE and the table of its objects. A module that fills it in at run time has none.
    private List<(ElfSection Section, ulong Start, ulong End)> PatchTables() =>
        [.. from pointer in pointers
            where pointer.Relocation.Symbol?.Name == "__this_module"
            let table = relocations.Target(pointer.Section, pointer.Relocation.Offset + PointerBytes)
            where table is not null
            select (table.Value.Section, table.Value.Offset, variables.EndAt(table.Value.Section, table.Value.Offset))];

    private bool IsPatch(ElfSection section, ElfRelocation pointer) =>
        pointer.Symbol?.Name == "__this_module" && relocations.Target(section, pointer.Offset + PointerBytes) is { } table && objectTables.Contains(table);

    private static List<(ElfSection Section, ElfRelocation Relocation)> FindPointers(ElfObject module) =>
        [.. from section in module.RelocationSections
            where section.InfoSection is ElfDataSection { Flags: var flags } && flags.HasFlag(ElfSectionFlags.Alloc) && !flags.HasFlag(ElfSectionFlags.Execute)
            from relocation in section.Relocations
            orderby section.InfoSection!.Name, relocation.Offset
            select (section.InfoSection!, relocation)];

    private string? ReadObjectName(ElfSection section, ulong offset)
    {
        if (relocations.At(section, offset) is not null)
            return relocations.StringAt(section, offset) is { Length: > 0 } name ? name : null;
        return IsZero(section, offset) ? ModuleName.Vmlinux : null;
    }

    // Old name, new function and position.
    private bool IsEmptyTable(ElfSection section, ulong start) =>
        !section.Flags.HasFlag(ElfSectionFlags.Execute) && Enumerable.Range(0, 3).All(i => IsEmpty(section, start + ((ulong)i * PointerBytes)));

    // Without contents it is zero in memory.
    private bool IsEmpty(ElfSection section, ulong offset) => relocations.At(section, offset) is null && (!section.HasContents || IsZero(section, offset));

    private bool IsFunctionTable(ElfSection section, ulong start) =>
        Fits(start, 3 * PointerBytes, EndOfTable(section, start))
        && relocations.StringAt(section, start) is { Length: > 0 } && IsString(section, start)
        && relocations.Target(section, start + PointerBytes) is { } function && function.Section.Flags.HasFlag(ElfSectionFlags.Execute);

    // Entries follow each other until one without a name; their distance is the structure's size, found by looking.
    private List<PatchedFunction> ReadFunctions(ElfSection section, ulong start)
    {
        List<PatchedFunction> functions = [];
        ulong end = EndOfTable(section, start);
        for (ulong offset = start; Fits(offset, 3 * PointerBytes, end); offset += PointerBytes)
        {
            if (ReadFunction(section, offset) is { } function)
                functions.Add(function);
            else if (offset == start)
                break;
        }

        return functions;
    }

    private PatchedFunction? ReadFunction(ElfSection section, ulong offset)
    {
        if (relocations.StringAt(section, offset) is not { Length: > 0 } name || !IsString(section, offset))
            return null;
        if (relocations.Target(section, offset + PointerBytes) is not { } function || !function.Section.Flags.HasFlag(ElfSectionFlags.Execute))
            return null;

        places.Add((section, offset));
        places.Add((section, offset + PointerBytes));
        ulong sympos = module.Header.ByteOrder.ReadUInt64(((ElfDataSection)section).Contents[(int)(offset + (2 * PointerBytes))..]);
        return new PatchedFunction(name, sympos, function.Section, function.Offset);
    }

    private List<PatchedCallback> ReadCallbacks(ElfSection section, ulong start)
    {
        List<PatchedCallback> callbacks = [];
        foreach ((string name, ulong member) in layout.Callbacks)
        {
            ulong offset = start + member;
            if (relocations.Target(section, offset) is not { } target || !target.Section.Flags.HasFlag(ElfSectionFlags.Execute))
                continue;
            places.Add((section, offset));
            callbacks.Add(new PatchedCallback(name, target.Section, target.Offset));
        }

        return callbacks;
    }

    private bool IsString(ElfSection section, ulong offset) =>
        relocations.Target(section, offset) is { } target && !target.Section.Flags.HasFlag(ElfSectionFlags.Execute);

    private static bool IsZero(ElfSection section, ulong offset) =>
        section is ElfDataSection { HasContents: true } data
        && Fits(offset, PointerBytes, data.Size)
        && !data.Contents.Slice((int)offset, (int)PointerBytes).ContainsAnyExcept((byte)0);

    // Offsets come from the file and may be anything.
    private static bool Fits(ulong offset, ulong bytes, ulong end) => offset <= end && end - offset >= bytes;

    private ulong EndOfTable(ElfSection section, ulong start)
    {
        ulong end = variables.EndAt(section, start);
        foreach ((ElfSection Section, ulong Offset) next in externalTables)
        {
            if (next.Section == section && next.Offset > start)
                end = Math.Min(end, next.Offset);
        }

        return end;
    }
}
