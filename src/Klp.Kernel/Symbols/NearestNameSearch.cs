namespace Klp.Kernel.Symbols;

/// <summary>
/// The names that are nearest to those that a database does not have: one pass over it for all of them, which the first question
/// makes.
/// </summary>
public sealed class NearestNameSearch
{
    private readonly Lazy<Dictionary<(string Name, string? ObjectName), NearestNames>> found;

    /// <summary>Prepares the search.</summary>
    /// <param name="database">The database.</param>
    /// <param name="unknown">
    /// All names that may be asked for, one character a byte (ISO 8859-1), each with the object that is to have it, or with null for
    /// any.
    /// </param>
    public NearestNameSearch(SymbolDatabase database, IEnumerable<(string Name, string? ObjectName)> unknown) =>
        found = new(() => database.FindNearest([.. unknown]));

    /// <summary>"Did you mean …?" with a space before it; empty where no name is near, and for a name that was not given.</summary>
    public string Question(string name, string? objectName = null) =>
        found.Value.TryGetValue((name, objectName), out NearestNames? nearest) ? nearest.Question() : "";
}
