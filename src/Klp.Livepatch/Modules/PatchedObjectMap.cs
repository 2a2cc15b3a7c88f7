using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Knows which patched objects each piece of a livepatch's code and data serves: a new function serves the object whose
/// klp_func table names it, and what it reaches serves that object too. Where the object file does not show who calls a
/// local function (the assembler resolves calls inside a section), every function of that section and source file is taken for
/// a caller, so an answer of one object is certain.
/// </summary>
internal sealed class PatchedObjectMap
{
    private readonly LivepatchTables tables;
    private readonly KernelArchitecture? architecture;
    private readonly ElfIndex index;
    private readonly Dictionary<object, HashSet<string>> servedBy = [];
    private readonly Dictionary<object, List<object>> references = [];
    private readonly HashSet<object> roots = [];

    internal PatchedObjectMap(LivepatchModule module)
    {
        tables = module.Tables;
        architecture = KernelArchitecture.For(module.File.Header.Machine);
        index = module.Index;
        AddReferences(module.File);
        foreach (PatchedObject patched in tables.Objects)
        {
            foreach (PatchedFunction function in patched.Functions)
                AddRoot(function.NewFunction, patched.Name);
            foreach (PatchedCallback callback in patched.Callbacks)
                AddRoot(callback.Place, patched.Name);
        }

        foreach (object root in roots.ToList())
            Spread(root);
    }

    /// <summary>The objects that the code or data at a place serves; empty when it is not reached from any patched function.</summary>
    internal IReadOnlyCollection<string> ObjectsAt(ElfPlace place) =>
        servedBy.TryGetValue(NodeAt(place), out HashSet<string>? objects) ? objects : [];

    // Code is told apart by function, and ppc64's table of pointers by entry. Other data is not told apart within a section:
    // compilers reach one variable through another's address.
    private object NodeAt(ElfPlace place)
    {
        const ulong pointerBytes = 8;
        return place.Section.Name == ".toc"
            ? (place.Section, place.Offset / pointerBytes)
            : index.SymbolAt(place, ElfSymbolType.Function) ?? (object)place.Section;
    }

    private void AddReferences(ElfObject module)
    {
        foreach (ElfRelocationSection relocations in module.RelocationSections)
        {
            if (relocations.InfoSection is not { } section || !section.Flags.HasFlag(ElfSectionFlags.Alloc))
                continue;
            foreach (ElfRelocation relocation in relocations.Relocations)
            {
                ElfPlace place = new(section, relocation.Offset);
                if (!tables.IsTablePlace(place) && Target(relocation) is { } target)
                    AddReference(NodeAt(place), target);
            }
        }

        AddCallsWithinSections(module);
    }

    // By way of one node for all callers of a file and one for all its local functions.
    private void AddCallsWithinSections(ElfObject module)
    {
        SourceFileIndex files = new(module);
        foreach (ElfSection section in module.Sections)
        {
            List<ElfSymbol> functions = [.. index.SymbolsIn(section).Where(symbol => symbol.Type == ElfSymbolType.Function)];
            ILookup<ElfSymbol?, ElfSymbol> callers = functions.ToLookup(files.FileOf);
            ILookup<ElfSymbol?, ElfSymbol> locals = functions
                .Where(symbol => symbol.Binding == ElfSymbolBinding.Local)
                .ToLookup(files.FileOf);
            foreach (ElfSymbol? from in callers.Select(group => group.Key))
            {
                foreach (ElfSymbol? to in locals.Select(group => group.Key).Where(to => from is null || to is null || from == to))
                {
                    object calls = (section, from, to);
                    foreach (ElfSymbol caller in callers[from])
                        AddReference(caller, calls);
                    foreach (ElfSymbol local in locals[to])
                        AddReference(calls, local);
                }
            }
        }
    }

    private object? Target(ElfRelocation relocation) => relocation.Symbol switch
    {
        { Type: ElfSymbolType.Function, Section: not null } function => function,
        { Section: { } section } symbol =>
            NodeAt(new ElfPlace(section, symbol.Value + (ulong)(architecture?.TargetOffset(relocation) ?? relocation.Addend))),
        _ => null,
    };

    private void AddReference(object from, object to)
    {
        if (!references.TryGetValue(from, out List<object>? list))
            references.Add(from, list = []);
        list.Add(to);
    }

    private void AddRoot(ElfPlace place, string objectName)
    {
        object node = NodeAt(place);
        roots.Add(node);
        Objects(node).Add(objectName);
    }

    private void Spread(object root)
    {
        string[] objects = [.. Objects(root)];
        HashSet<object> seen = [root];
        Stack<object> pending = new([root]);
        while (pending.TryPop(out object? node))
        {
            foreach (object next in references.GetValueOrDefault(node) ?? [])
            {
                // What another patched function is for is known from the tables, whoever else calls it.
                if (roots.Contains(next) || !seen.Add(next))
                    continue;
                Objects(next).UnionWith(objects);
                pending.Push(next);
            }
        }
    }

    private HashSet<string> Objects(object node)
    {
        if (!servedBy.TryGetValue(node, out HashSet<string>? objects))
            servedBy.Add(node, objects = []);
        return objects;
    }
}
