using Klp.Boot.Host;

namespace Klp.Boot.Tests.Patches;

/// <summary>The C files that units of a kernel are made from.</summary>
internal sealed class UnitSources(KernelUnderTest kernel)
{
    private readonly string build = kernel.Tree.BuildDirectory;

    private string Root => Path.Combine(build, "source");

    /// <summary>Those with a function, relative to the source's root: what is built from a C file of the same name, wherever it lies.</summary>
    public IEnumerable<string> All => Directory.EnumerateFiles(build, "*.o", SearchOption.AllDirectories)
        .Select(path => Path.ChangeExtension(Path.GetRelativePath(build, path), ".c"))
        .Where(path => !path.StartsWith("scripts/", StringComparison.Ordinal) && !path.StartsWith("tools/", StringComparison.Ordinal))
        .Where(path => File.Exists(Path.Combine(Root, path)) && Bodies(Lines(path)).Any())
        .Order(StringComparer.Ordinal);

    /// <summary>The lines of a file.</summary>
    public string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>The lines, base 0, on which a function's body begins.</summary>
    public static IEnumerable<int> Bodies(string[] lines) =>
        Enumerable.Range(1, Math.Max(0, lines.Length - 1)).Where(line => lines[line] == "{" && lines[line - 1].EndsWith(')'));
}
