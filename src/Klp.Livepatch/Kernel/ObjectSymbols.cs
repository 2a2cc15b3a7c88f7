using Klp.Elf;

namespace Klp.Livepatch.Kernel;

/// <summary>What the files of a kernel tell of single symbols of vmlinux and of modules; reads each file and name once.</summary>
internal sealed class ObjectSymbols(KernelTree tree)
{
    private readonly Dictionary<(string ObjectName, string Name), IReadOnlyList<SymbolCandidate>> candidates = [];
    private readonly Dictionary<string, ModuleSymbolView> views = new(StringComparer.Ordinal);

    /// <summary>The symbols of a name in an object, by position; none when its file is not at hand.</summary>
    internal IReadOnlyList<SymbolCandidate> Find(string objectName, string name)
    {
        if (!candidates.TryGetValue((objectName, name), out IReadOnlyList<SymbolCandidate>? all))
            candidates.Add((objectName, name), all = Read(objectName, name));
        return all;
    }

    /// <summary>False for a module whose file is not at hand, so that nobody can tell its init symbols.</summary>
    internal bool KnowsBothViews(string objectName) => objectName == ModuleName.Vmlinux || tree.FindModule(objectName) is not null;

    /// <summary>The position that means a symbol in both views of its module, 0 for the only one; null when there is none. What is not known stays as it is.</summary>
    internal int? PositionInBothViews(string objectName, string name, int sympos)
    {
        // vmlinux has one view: what it frees keeps its names.
        if (objectName == ModuleName.Vmlinux || tree.FindModule(objectName) is not { } path)
            return sympos;
        if (!views.TryGetValue(path, out ModuleSymbolView? view))
        {
            using ElfImage module = ModuleImage.Open(path);
            views.Add(path, view = new ModuleSymbolView(module));
        }

        return view.PositionInBothViews(name, sympos);
    }

    private IReadOnlyList<SymbolCandidate> Read(string objectName, string name)
    {
        if (objectName == ModuleName.Vmlinux)
            return tree.FindInVmlinux(name);
        if (tree.FindModule(objectName) is not { } path)
            return [];
        using ElfImage module = ModuleImage.Open(path);
        return SymbolCandidates.InModule(module, name);
    }
}
