using System.Globalization;
using System.Text;
using Klp.Boot.Report;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.Kernels;

/// <summary>The symbols per object, from the database and from a guest, read here without the code under test.</summary>
internal static class SymbolLists
{
    /// <summary>The names of each object in the symbol database of a kernel, in its order.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> OfDatabase(KernelTree tree)
    {
        DiagnosticBag diagnostics = new();
        using MemoryStream text = new();
        SymbolDatabaseBuilder.Build(tree.Sources, text, diagnostics);
        Assert.False(diagnostics.HasErrors, string.Join('\n', diagnostics));

        string[] lines = Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\n');
        Assert.Equal("klp-convert-symbol-data.0.1", lines[0]);
        Assert.Equal("", lines[^1]);
        Dictionary<string, IReadOnlyList<string>> objects = new(StringComparer.Ordinal);
        List<string> names = [];
        foreach (string line in lines[1..^1])
        {
            if (line.StartsWith('*'))
                objects.Add(line[1..], names = []);
            else
                names.Add(line);
        }

        return objects;
    }

    /// <summary>The symbols of each object in a guest's /proc/kallsyms, in its order.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<GuestSymbol>> OfGuest(StepResult kallsyms)
    {
        Assert.True(kallsyms.Succeeded && kallsyms.OutputComplete, kallsyms.ToString());
        return kallsyms.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split([' ', '\t', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
            .GroupBy(words => words.Length > 3 ? words[3] : "vmlinux", StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<GuestSymbol> (group) =>
                [.. group.Select(words => new GuestSymbol(words[2], ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)))], StringComparer.Ordinal);
    }

    /// <summary>A line of /proc/kallsyms.</summary>
    public sealed record GuestSymbol(string Name, ulong Address);
}
