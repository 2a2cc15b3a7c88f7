namespace Klp.Kbuild.Patching;

/// <summary>A file that a patch creates and that a name in an <c>#include</c> may lead to.</summary>
internal sealed class CreatedFile
{
    private readonly HashSet<string>? folders;
    private readonly bool isAbove;

    private CreatedFile(string path, HashSet<string>? folders, bool isAbove)
    {
        Path = path;
        this.folders = folders;
        this.isAbove = isAbove;
    }

    /// <summary>The file, from the source's root.</summary>
    internal string Path { get; }

    /// <summary>A file that some source asks for by <c>__has_include</c>.</summary>
    /// <param name="path">The file, from the source's root.</param>
    internal static CreatedFile LookedFor(string path) => new(path, null, isAbove: false);

    /// <summary>A file with the name of another.</summary>
    /// <param name="found">The other one, as the compiler named it when it found it.</param>
    /// <param name="path">The file, from the source's root.</param>
    internal static CreatedFile InPlaceOf(string found, string path)
    {
        string[] names = found.Split('/'), own = path.Split('/');
        HashSet<string> folders = new(StringComparer.Ordinal);
        int common = 1;
        // asm/x.h and x.h can both have been the name in the #include.
        for (; common <= own.Length && common <= names.Length && own[^common] == names[^common]; common++)
            folders.Add(string.Join('/', own[..^common]));
        // "../common/x.h" leads from a folder beside it.
        return new CreatedFile(path, folders, isAbove: common <= names.Length && names[^common] == "..");
    }

    /// <summary>Whether an object finds it.</summary>
    /// <param name="searched">
    /// The folders that its compile may look in: those of the include path and of each of its files, from the source's root.
    /// </param>
    internal bool IsFoundFrom(IReadOnlySet<string> searched) =>
        folders is null || folders.Overlaps(searched) || (isAbove && searched.Any(folder => folders.Any(above => IsAbove(above, folder))));

    private static bool IsAbove(string folder, string path) =>
        folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
