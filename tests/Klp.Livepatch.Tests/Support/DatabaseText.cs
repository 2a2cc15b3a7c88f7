using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Tests.Support;

/// <summary>The text of a symbol database, read line by line.</summary>
internal sealed class DatabaseText
{
    private DatabaseText(string text)
    {
        Text = text;
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

    internal string Text { get; }

    internal string Header { get; }

    internal List<(string Name, List<string> Names)> Objects { get; } = [];

    internal IReadOnlyList<string> Names(string objectName) => Objects.Single(entry => entry.Name == objectName).Names;

    /// <summary>Builds a database from sources that have to be in order.</summary>
    internal static DatabaseText Build(SymbolSources sources)
    {
        using MemoryStream stream = new();
        DiagnosticBag diagnostics = new();
        SymbolDatabaseBuilder.Build(sources, stream, diagnostics);
        Expect.Nothing(diagnostics);
        return new DatabaseText(Encoding.Latin1.GetString(stream.ToArray()));
    }
}
