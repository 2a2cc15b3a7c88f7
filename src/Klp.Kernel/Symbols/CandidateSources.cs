using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Symbols;

/// <summary>
/// Finds out which source of the kernel the symbols of one name are from, so that a person can tell five init_once, four of
/// them in some inode.c, from each other: debug information says it, or the objects of a tree that was built here do. What
/// neither tells stays a bare file name. It serves messages only, so what cannot be read is no error.
/// </summary>
internal sealed class CandidateSources(KernelTree tree)
{
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    private readonly Lazy<ILookup<string, string>> objects = new(
        () => Directory.EnumerateFiles(tree.BuildDirectory, "*.o", Below)
            .ToLookup(Path.GetFileNameWithoutExtension, StringComparer.Ordinal)!);

    /// <summary>The symbols, those with a path in place of a file name of which one is known.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="name">The name of the symbols.</param>
    /// <param name="symbols">Some or all symbols of that name in the object.</param>
    internal IReadOnlyList<SymbolCandidate> Complete(string objectName, string name, IReadOnlyList<SymbolCandidate> symbols)
    {
        if ((objectName == ModuleName.Vmlinux ? tree.VmlinuxPath : tree.FindModule(objectName)) is not { } path)
            return symbols;
        try
        {
            IReadOnlyList<KernelFunction> functions = symbols.Any(symbol => symbol.IsFunction)
                ? tree.DebugInfo.FindFunctions(objectName, [name])
                : [];
            ElfSymbolTableView? table = objectName == ModuleName.Vmlinux
                ? tree.Vmlinux!.Symbols
                : tree.OpenModule(objectName)!.View.Symbols;
            return [.. symbols.Select(
                symbol => (FromDebugInfo(functions, symbol) ?? FromObjects(table, path, symbol)) is { } source
                    ? symbol with { SourceFile = source }
                    : symbol)];
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return symbols;
        }
    }

    private static string? FromDebugInfo(IReadOnlyList<KernelFunction> functions, SymbolCandidate symbol) => functions
        .Where(function => function.SectionName is null || function.SectionName == symbol.SectionName)
        .FirstOrDefault(
            function => function.Address >= symbol.Value && function.Address - symbol.Value < Math.Max(symbol.Size, 1))?.SourcePath;

    private string? FromObjects(ElfSymbolTableView? table, string path, SymbolCandidate symbol)
    {
        string root = tree.BuildDirectory + "/";
        if (symbol.SourceFile is not { } file
            || symbol.TableIndex == 0
            || table is null
            || !path.StartsWith(root, StringComparison.Ordinal)
            || LocalSymbols.Around(table, symbol.TableIndex) is not { Count: > 0 } brought)
        {
            return null;
        }

        // A module's objects lie where it lies, or below.
        string folder = path == tree.VmlinuxPath ? root : Path.GetDirectoryName(path)! + "/";
        string? found = null;
        foreach (string candidate in objects.Value[Path.GetFileNameWithoutExtension(file)])
        {
            if (!candidate.StartsWith(folder, StringComparison.Ordinal) || !Brings(candidate, file, brought))
                continue;
            // Two that are alike tell nothing.
            if (found is not null)
                return null;
            found = candidate;
        }

        return found is null ? null : SourceOf(found, file);
    }

    // What the link left out is in the object only.
    private static bool Brings(string objectFile, string sourceFile, HashSet<(string Name, ulong Size)> symbols)
    {
        try
        {
            using ElfImage image = ElfImage.Open(objectFile);
            return LocalSymbols.Of(image, sourceFile) is { } own && symbols.IsSubsetOf(own);
        }
        catch (ElfFormatException)
        {
            return false;
        }
    }

    // kbuild saves how it made each file: "source_fs/proc/inode.o := ../source/fs/proc/inode.c".
    private string SourceOf(string objectFile, string sourceFile)
    {
        string folder = Path.GetDirectoryName(objectFile)!;
        string saved = Path.Combine(folder, $".{Path.GetFileName(objectFile)}.cmd");
        string? line = File.Exists(saved)
            ? File.ReadLines(saved).FirstOrDefault(line => line.StartsWith("source_", StringComparison.Ordinal))
            : null;
        return line is not null && line.IndexOf(":=", StringComparison.Ordinal) is var at and >= 0
            ? KernelSourcePath.Of(line[(at + 2)..].Trim(), tree.BuildDirectory)
            : $"{Path.GetRelativePath(tree.BuildDirectory, folder)}/{sourceFile}";
    }
}
