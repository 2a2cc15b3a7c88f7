using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Finds a livepatch's klp_object and klp_func tables in its data. Only the first members of the two structures are relied
/// on, which have stood still since 4.5 (include/linux/livepatch.h): klp_func begins with old_name, new_func and old_sympos;
/// klp_object with name, funcs and, since 4.15, four callbacks. The tables are recognised by what they point to, so the
/// sizes of the structures, which differ between kernels, are not needed; where the other members are,
/// <see cref="LivepatchLayout"/> tells. The compact klp_object_ext and klp_func_ext of the kernel's own klp-build
/// (include/linux/livepatch_external.h, since 6.19) begin alike.
/// </summary>
public sealed class LivepatchTables
{
    private const ulong PointerBytes = 8;
    // klp-build's tables follow each other in two sections, without symbols to tell them apart.
    private const string ExternalObjects = ".init.klp_objects";

    private readonly ElfObject module;
    private readonly LivepatchLayout layout;
    private readonly ElfIndex index;
    private readonly VariableIndex variables;
    private readonly List<ElfReference> pointers;
    private readonly HashSet<ElfPlace> places = [];
    private readonly List<ElfPlace> externalTables;
    private readonly HashSet<ElfPlace> objectTables = [];
    private readonly HashSet<ElfPlace> functionTables = [];

    private LivepatchTables(ElfObject module, LivepatchLayout layout)
    {
        this.module = module;
        this.layout = layout;
        index = new ElfIndex(module, ElfSectionFlags.Alloc);
        variables = new VariableIndex(module);
        pointers = FindPointers(module);
        externalTables = [.. pointers
            .Where(pointer => pointer.Place.Section.Name == ExternalObjects)
            .Select(pointer => pointer.Relocation.Target)
            .OfType<ElfPlace>()];
        Objects = ReadObjects();
        PatchReader patch = new(module, index, layout, [.. pointers.Where(IsPatch).Select(pointer => pointer.Place)]);
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
    /// <param name="layout">Where the kernel has the members that the tables are not recognised by.</param>
    /// <returns>The tables; without objects when none are found, as when the module builds them at run time.</returns>
    public static LivepatchTables Read(ElfObject module, LivepatchLayout layout)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(layout);
        return new LivepatchTables(module, layout);
    }

    /// <summary>
    /// What is incomplete in the tables: entries that have only one of the pointers that klp_enable_patch insists on. A
    /// module that fills its tables in at run time has none.
    /// </summary>
    /// <returns>The place of each, and what is wrong with it in words.</returns>
    internal IEnumerable<(ElfPlace Place, string Problem)> FindIncomplete()
    {
        foreach ((ElfPlace start, ulong end) in PatchTables())
        {
            for (ElfPlace place = start; Fits(place.Offset, PointerBytes, end); place += PointerBytes)
            {
                if (!IsTablePlace(place) && index.StringAt(place) is { } name && IsString(place))
                    yield return (place, index.RelocationAt(place + PointerBytes) is null
                        ? $"the klp_object '{name}' has no funcs"
                        : $"no function of the klp_object '{name}' has both old_name and new_func");
            }
        }

        foreach (ElfPlace start in functionTables)
        {
            ulong end = EndOfTable(start);
            for (ElfPlace place = start; Fits(place.Offset, PointerBytes, end); place += PointerBytes)
            {
                if (IsTablePlace(place) || index.Target(place) is not { } target)
                    continue;
                if (target.Section.Flags.HasFlag(ElfSectionFlags.Execute))
                    yield return (place, "a klp_func has a new_func and no old_name");
                else if (index.StringAt(place) is { } name)
                    yield return (place, $"the klp_func '{name}' has no new_func");
            }
        }

        foreach ((ElfPlace place, string problem) in objectTables.Count == 0 ? FindEmptyPatch() : FindIncompletePatch())
            yield return (place, problem);
    }

    /// <summary>True when the relocation at a place belongs to one of the tables.</summary>
    /// <param name="place">The place.</param>
    public bool IsTablePlace(ElfPlace place) => places.Contains(place);

    private List<PatchedObject> ReadObjects()
    {
        List<(ElfPlace Start, ulong End)> tables = PatchTables();
        bool IsInPatch(ElfPlace place) =>
            tables.Exists(table => table.Start.Section == place.Section && table.Start.Offset <= place.Offset && place.Offset < table.End);

        List<ElfPlace> all = [.. ObjectPlaces(IsInPatch)];
        List<ElfPlace> patched = all.FindAll(IsInPatch);

        // klp-build's init function makes the klp_patch as it runs.
        if (patched.Count == 0)
            patched = all.FindAll(place => place.Section.Name == ExternalObjects);

        List<PatchedObject> objects = [];
        foreach (ElfPlace start in patched.Count > 0 ? patched : all)
        {
            // Tables do not overlap; what lies within another is something else.
            ElfPlace table = index.Target(start + PointerBytes)!.Value;
            if (!IsTablePlace(table) || functionTables.Contains(table))
                objects.Add(ReadObject(start, table));
        }

        return objects;
    }

    // Objects that no klp_patch leads to, though one of its two pointers is there.
    private IEnumerable<(ElfPlace Place, string Problem)> FindIncompletePatch()
    {
        if (PatchTables().Count > 0 || objectTables.Any(table => table.Section.Name == ExternalObjects))
            yield break;
        foreach (ElfReference pointer in pointers.Where(pointer => pointer.Place.Offset >= PointerBytes))
        {
            ElfPlace start = pointer.Place - PointerBytes;
            if (pointer.Relocation.Target is { } target
                && objectTables.Contains(target)
                && index.RelocationAt(start) is null
                && IsZero(start))
            {
                yield return (start, "the klp_patch has no mod");
            }
        }

        // Debug information refers to what nothing uses.
        bool isUsed = objectTables.Any(table => index.RelocationsInto(table).Count > 0);
        foreach (ElfReference pointer in pointers.Where(pointer => !isUsed && pointer.Relocation.Symbol?.Name == "__this_module"))
        {
            ElfPlace table = pointer.Place + PointerBytes;
            if (index.RelocationAt(table) is null && IsZero(table))
                yield return (pointer.Place, "the klp_patch has no objs");
        }
    }

    // Without objects only the call shows that it is a klp_patch.
    private IEnumerable<(ElfPlace Place, string Problem)> FindEmptyPatch() =>
        from argument in EnableCall.Arguments(module)
        where index.RelocationAt(argument)?.Symbol?.Name == "__this_module" && IsEmpty(argument + PointerBytes)
        select (argument, "the klp_patch has no objs");

    private PatchedObject ReadObject(ElfPlace start, ElfPlace table)
    {
        objectTables.Add(start);
        places.Add(start);
        places.Add(start + PointerBytes);
        functionTables.Add(table);
        return new PatchedObject(ReadObjectName(start)!, index.RelocationAt(start) is not null, ReadFunctions(table), ReadCallbacks(start));
    }

    // A klp_object is where a pointer at +8 leads to a klp_func table and the pointer at +0 is a string or null.
    // One that has only callbacks has an empty table; only a klp_patch shows that it is an object.
    private IEnumerable<ElfPlace> ObjectPlaces(Predicate<ElfPlace> isInPatch) =>
        from pointer in pointers
        where pointer.Place.Offset >= PointerBytes
        let table = pointer.Relocation.Target
        let start = pointer.Place - PointerBytes
        where table is not null && (IsFunctionTable(table.Value) || (IsEmptyTable(table.Value) && isInPatch(start)))
        where ReadObjectName(start) is not null
        select start;

    // A klp_patch begins with THIS_MODULE and the table of its objects. A module that fills it in at run time has none.
    private List<(ElfPlace Start, ulong End)> PatchTables() =>
        [.. from pointer in pointers
            where pointer.Relocation.Symbol?.Name == "__this_module"
            let table = index.Target(pointer.Place + PointerBytes)
            where table is not null
            select (table.Value, variables.EndAt(table.Value))];

    private bool IsPatch(ElfReference pointer) =>
        pointer.Relocation.Symbol?.Name == "__this_module"
            && index.Target(pointer.Place + PointerBytes) is { } table
            && objectTables.Contains(table);

    private static List<ElfReference> FindPointers(ElfObject module) =>
        [.. from section in module.RelocationSections
            where section.InfoSection is ElfDataSection { Flags: var flags }
                && flags.HasFlag(ElfSectionFlags.Alloc)
                && !flags.HasFlag(ElfSectionFlags.Execute)
            from relocation in section.Relocations
            orderby section.InfoSection!.Name, relocation.Offset
            select new ElfReference(new ElfPlace(section.InfoSection!, relocation.Offset), relocation)];

    private string? ReadObjectName(ElfPlace place)
    {
        if (index.RelocationAt(place) is not null)
            return index.StringAt(place) is { Length: > 0 } name ? name : null;
        return IsZero(place) ? ModuleName.Vmlinux : null;
    }

    // Old name, new function and position.
    private bool IsEmptyTable(ElfPlace start) =>
        !start.Section.Flags.HasFlag(ElfSectionFlags.Execute)
            && Enumerable.Range(0, 3).All(i => IsEmpty(start + ((ulong)i * PointerBytes)));

    // Without contents it is zero in memory.
    private bool IsEmpty(ElfPlace place) => index.RelocationAt(place) is null && (!place.Section.HasContents || IsZero(place));

    private bool IsFunctionTable(ElfPlace start) =>
        Fits(start.Offset, 3 * PointerBytes, EndOfTable(start))
        && index.StringAt(start) is { Length: > 0 } && IsString(start)
        && index.Target(start + PointerBytes) is { } function && function.Section.Flags.HasFlag(ElfSectionFlags.Execute);

    // Entries follow each other until one without a name; their distance is the structure's size, found by looking.
    private List<PatchedFunction> ReadFunctions(ElfPlace start)
    {
        List<PatchedFunction> functions = [];
        ulong end = EndOfTable(start);
        for (ElfPlace place = start; Fits(place.Offset, 3 * PointerBytes, end); place += PointerBytes)
        {
            if (ReadFunction(place) is { } function)
                functions.Add(function);
            else if (place == start)
                break;
        }

        return functions;
    }

    private PatchedFunction? ReadFunction(ElfPlace place)
    {
        if (index.StringAt(place) is not { Length: > 0 } name || !IsString(place))
            return null;
        if (index.Target(place + PointerBytes) is not { } function || !function.Section.Flags.HasFlag(ElfSectionFlags.Execute))
            return null;

        places.Add(place);
        places.Add(place + PointerBytes);
        Sympos sympos = new(module.Header.ByteOrder.ReadUInt64(
            ((ElfDataSection)place.Section).Contents[(int)(place.Offset + (2 * PointerBytes))..]));
        return new PatchedFunction(name, sympos, function);
    }

    private List<PatchedCallback> ReadCallbacks(ElfPlace start)
    {
        List<PatchedCallback> callbacks = [];
        foreach ((string name, ulong member) in layout.Callbacks)
        {
            ElfPlace place = start + member;
            if (index.Target(place) is not { } target || !target.Section.Flags.HasFlag(ElfSectionFlags.Execute))
                continue;
            places.Add(place);
            callbacks.Add(new PatchedCallback(name, target));
        }

        return callbacks;
    }

    private bool IsString(ElfPlace place) => index.Target(place) is { } target && !target.Section.Flags.HasFlag(ElfSectionFlags.Execute);

    private static bool IsZero(ElfPlace place) =>
        place.Section is ElfDataSection { HasContents: true } data
        && Fits(place.Offset, PointerBytes, data.Size)
        && !data.Contents.Slice((int)place.Offset, (int)PointerBytes).ContainsAnyExcept((byte)0);

    // Offsets come from the file and may be anything.
    private static bool Fits(ulong offset, ulong bytes, ulong end) => offset <= end && end - offset >= bytes;

    private ulong EndOfTable(ElfPlace start)
    {
        ulong end = variables.EndAt(start);
        foreach (ElfPlace next in externalTables)
        {
            if (next.Section == start.Section && next.Offset > start.Offset)
                end = Math.Min(end, next.Offset);
        }

        return end;
    }
}
