namespace Klp.Livepatch.Tests;

/// <summary>The text of a symbol database, read line by line.</summary>
internal sealed class DatabaseText
{
    internal DatabaseText(string text)
    {
        string[] lines = text.TrimEnd('\n').Split('\n');
        Header = lines[0];
        foreach (string line in lines[1..])
        {
            if (line.StartsWith('*'))
                Objects.Add((line[1..], []));
            else
                Objects[^1].Names.Add(line);
        }
    }

    internal string Header { get; }

    internal List<(string Name, List<string> Names)> Objects { get; } = [];

    internal IReadOnlyList<string> Names(string objectName) => Objects.Single(entry => entry.Name == objectName).Names;
}
