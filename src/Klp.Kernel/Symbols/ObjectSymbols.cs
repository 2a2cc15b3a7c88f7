using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Symbols;

/// <summary>What the files of a kernel tell of single symbols of vmlinux and of modules; reads each file and name once.</summary>
public sealed class ObjectSymbols(KernelTree tree)
{
    private readonly Dictionary<(string ObjectName, string Name), IReadOnlyList<SymbolCandidate>> candidates = [];
    private readonly CandidateSources sources = new(tree);

    /// <summary>The symbols of a name in an object, by position; none when its file is not at hand.</summary>
    public IReadOnlyList<SymbolCandidate> Find(string objectName, string name)
    {
        if (!candidates.TryGetValue((objectName, name), out IReadOnlyList<SymbolCandidate>? all))
            candidates.Add((objectName, name), all = Read(objectName, name));
        return all;
    }

    /// <summary>
    /// The same for a person who has to choose one: with the path of the source in place of its bare name where it can be told.
    /// </summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="name">The name.</param>
    /// <param name="most">How many are looked for, of very many; the others are as <see cref="Find"/> has them.</param>
    public IReadOnlyList<SymbolCandidate> Describe(string objectName, string name, int most = int.MaxValue)
    {
        IReadOnlyList<SymbolCandidate> all = Find(objectName, name);
        return [.. sources.Complete(objectName, name, [.. all.Take(most)]), .. all.Skip(most)];
    }

    /// <summary>Whether a module has a name only in its init sections, so that it is gone once the module runs.</summary>
    public bool IsOnlyWhileLoading(string objectName, string name)
    {
        if (ViewOf(objectName)?.Positions(name) is not { Count: > 0 } positions)
            return false;
        return positions.All(position => position.Live == 0);
    }

    /// <summary>False for a module whose file is not at hand, so that nobody can tell its init symbols.</summary>
    public bool KnowsBothViews(string objectName) => objectName == ModuleName.Vmlinux || tree.FindModule(objectName) is not null;

    /// <summary>
    /// The position that means a symbol in both views of its module, 0 for the only one; null when there is none. What is not
    /// known stays as it is.
    /// </summary>
    public Sympos? PositionInBothViews(string objectName, string name, Sympos sympos)
    {
        // vmlinux has one view: what it frees keeps its names.
        return ViewOf(objectName) is { } view ? view.PositionInBothViews(name, sympos) : sympos;
    }

    private ModuleSymbolView? ViewOf(string objectName) => objectName == ModuleName.Vmlinux ? null : tree.OpenModule(objectName)?.View;

    private IReadOnlyList<SymbolCandidate> Read(string objectName, string name) =>
        objectName == ModuleName.Vmlinux ? tree.FindInVmlinux(name) : tree.OpenModule(objectName)?.Find(name) ?? [];
}
