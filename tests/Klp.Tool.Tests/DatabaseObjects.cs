namespace Klp.Tool.Tests;

/// <summary>The objects of a symbol database with their names, in its order.</summary>
internal sealed class DatabaseObjects
{
    private readonly List<(string Name, List<string> Symbols)> objects = [];

    internal DatabaseObjects(string text)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("klp-convert-symbol-data.0.1", lines[0]);
        foreach (string line in lines[1..])
        {
            if (line.StartsWith('*'))
                objects.Add((line[1..], []));
            else
                objects[^1].Symbols.Add(line);
        }
    }

    internal IEnumerable<string> Names => objects.Select(entry => entry.Name);

    internal List<string> this[string name] => objects.Single(entry => entry.Name == name).Symbols;
}
