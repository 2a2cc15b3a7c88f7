using System.Text;

namespace Klp.Kernel.Symbols;

/// <summary>What a symbol database says about the names that were looked up.</summary>
public sealed class SymbolLookup
{
    private readonly Dictionary<string, List<SymbolOccurrence>> found;

    internal SymbolLookup(Dictionary<string, List<SymbolOccurrence>> found, IReadOnlyList<string> objectNames)
    {
        this.found = found;
        ObjectNames = objectNames;
    }

    /// <summary>The objects of the database in its order.</summary>
    public IReadOnlyList<string> ObjectNames { get; }

    /// <summary>"Did you mean …?" of objects with names near to one, with a space before it; empty where there is none.</summary>
    public string QuestionOfObject(string objectName)
    {
        NearestNames nearest = new(objectName);
        foreach (string name in ObjectNames)
            nearest.Add(Encoding.Latin1.GetBytes(name));
        return nearest.Question();
    }

    /// <summary>The objects that have a symbol of a name, in the order of the database.</summary>
    /// <param name="name">A name that was looked up.</param>
    public IReadOnlyList<SymbolOccurrence> Occurrences(string name) =>
        found.TryGetValue(name, out List<SymbolOccurrence>? list) ? list : [];

    /// <summary>How many symbols of a name an object has.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="name">A name that was looked up.</param>
    public int Count(string objectName, string name) =>
        Occurrences(name).FirstOrDefault(occurrence => occurrence.ObjectName == objectName)?.Count ?? 0;

    /// <summary>
    /// The object whose kallsyms has <c>__ksymtab_name</c>, which is how an export shows without Module.symvers; null where none
    /// has.
    /// </summary>
    /// <param name="name">A name that was looked up.</param>
    public string? ExportingObject(string name) =>
        Occurrences(SymbolDatabaseFormat.ExportPrefix + name) is [var first, ..] ? first.ObjectName : null;
}
