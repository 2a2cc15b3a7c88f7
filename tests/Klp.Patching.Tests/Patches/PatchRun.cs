using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;

namespace Klp.Patching.Tests.Patches;

/// <summary>Patches applied to a source of a few files, and what was said.</summary>
internal sealed class PatchRun
{
    private PatchRun(PatchedSources? result, DiagnosticBag diagnostics) => (Result, Diagnostics) = (result, diagnostics);

    internal PatchedSources? Result { get; }

    internal DiagnosticBag Diagnostics { get; }

    /// <summary>The only diagnostic.</summary>
    internal Diagnostic Only => Assert.Single(Diagnostics);

    /// <summary>The only file.</summary>
    internal PatchedSource File => Assert.Single(Assert.IsType<PatchedSources>(Result).Files);

    /// <summary>The only file's text.</summary>
    internal string Text => Encoding.Latin1.GetString(File.Patched);

    /// <summary>Applies a patch to one file, fs/x.c.</summary>
    internal static PatchRun Of(string source, params string[] patches) => Of(new Dictionary<string, string> { ["fs/x.c"] = source }, 1, patches);

    /// <summary>Applies patches to files.</summary>
    internal static PatchRun Of(IReadOnlyDictionary<string, string> files, int strip, params string[] patches)
    {
        using TempFolder folder = new();
        PatchInput[] inputs = [.. patches.Select((patch, index) => new PatchInput(folder.Write($"{index}.patch", Encoding.Latin1.GetBytes(patch)), strip, null))];
        DiagnosticBag diagnostics = [];
        PatchedSources? result = PatchSeries.Apply(
            inputs, path => files.TryGetValue(path, out string? text) ? Encoding.Latin1.GetBytes(text) : null, diagnostics);
        return new PatchRun(result, diagnostics);
    }

    /// <summary>Lines with the numbers from 1 on.</summary>
    internal static string Numbers(int count) => string.Concat(Enumerable.Range(1, count).Select(number => $"int v{number};\n"));

    /// <summary>The diff of two texts as GNU diff makes it, with the names that a patch of fs/x.c has.</summary>
    internal static string Diff(string before, string after, int context = 3)
    {
        using TempFolder folder = new();
        folder.Write("a", Encoding.Latin1.GetBytes(before));
        folder.Write("b", Encoding.Latin1.GetBytes(after));
        return Tool.RunFailing("diff", $"-U{context}", "--label", "a/fs/x.c", "--label", "b/fs/x.c", folder["a"], folder["b"]).Output;
    }
}
