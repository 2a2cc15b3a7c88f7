using Klp.Kbuild.Ide;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>Which files of the source each object of a kernel's build was made from, headers included, as kbuild recorded it.</summary>
public sealed class UnitIndex
{
    private readonly KernelSource source;
    private readonly UnitOwners owners;
    private readonly DependencyTable table;

    private UnitIndex(KernelSource source, UnitOwners owners, DependencyTable table)
    {
        this.source = source;
        this.owners = owners;
        this.table = table;
    }

    /// <summary>How many objects there are.</summary>
    public int Count => table.Objects.Count;

    /// <summary>The files of the source that any object is made from, from the source's root; in no order.</summary>
    internal IEnumerable<string> Files => table.Paths.Select(source.RelativePath).OfType<string>();

    /// <summary>Reads the records of a build.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="cacheFile">
    /// A file that keeps what was read, for those records that have not changed the next time; null for none.
    /// </param>
    /// <param name="diagnostics">Receives what is missing.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The index; null after an error.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static UnitIndex? Read(KernelSource source, string? cacheFile, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(diagnostics);
        UnitOwners owners = UnitOwners.Read(source.BuildDirectory);
        if (!owners.KnowsVmlinux)
        {
            diagnostics.Add(UnitMessages.ArchiveMissing(source.BuildDirectory));
            return null;
        }

        return new UnitIndex(source, owners, DependencyTable.Read(source.BuildDirectory, cacheFile, cancellation));
    }

    /// <summary>Finds the objects that are made from some files.</summary>
    /// <param name="touched">The files, relative to the source's root.</param>
    public UnitSelection Find(IEnumerable<string> touched) => Find(touched, []);

    /// <summary>Finds the objects that are made from files of a patch, or would be from those that it creates.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="IOException">A file of the source cannot be read.</exception>
    public UnitSelection Find(IReadOnlyCollection<OverlaidFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        return Find(
            files.Where(file => !file.IsNew).Select(file => file.Path), files.Where(file => file.IsNew).Select(file => file.Path));
    }

    /// <summary>Finds the objects that are made from some files, or would be from files that are yet to be made.</summary>
    /// <param name="touched">Files of the source, relative to its root.</param>
    /// <param name="created">
    /// Files that the source does not have, relative to its root: of the objects that would find one of them in place of another
    /// file, or that asked for it in vain.
    /// </param>
    /// <exception cref="IOException">A file of the source cannot be read.</exception>
    public UnitSelection Find(IEnumerable<string> touched, IEnumerable<string> created)
    {
        HashSet<string> wanted = new(touched, StringComparer.Ordinal);
        Dictionary<int, string> found = [];
        HashSet<string> names = [.. wanted.Select(path => Path.GetFileName(path))];
        // Only what has the name of one of them can be one of them.
        for (int id = 0; id < table.Paths.Count; id++)
        {
            string path = table.Paths[id];
            if (names.Contains(Path.GetFileName(path)) && source.RelativePath(path) is { } relative && wanted.Contains(relative))
                found.Add(id, relative);
        }

        CreatedFiles additions = new(source, table, created);
        List<KernelUnit> units = [];
        foreach (RecordedObject recorded in table.Objects)
        {
            IEnumerable<string> read = recorded.Dependencies.Where(found.ContainsKey).Select(id => found[id]);
            string[] files = [.. read.Concat(additions.FoundBy(recorded)).Distinct(StringComparer.Ordinal)];
            if (files.Length > 0)
                units.AddRange(UnitsOf(recorded.Object, files));
        }

        HashSet<string> used = [.. units.SelectMany(unit => unit.Touched)];
        return new UnitSelection(
            [.. units.OrderBy(unit => unit.Object, StringComparer.Ordinal)],
            [.. wanted.Where(path => !used.Contains(path)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Finds the objects of an image that refer to symbols which another object has to define.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="symbols">The symbols.</param>
    /// <param name="except">Objects that are not looked at.</param>
    /// <returns>The objects by the symbols.</returns>
    /// <exception cref="IOException">An object cannot be read.</exception>
    internal ILookup<string, string> FindUsers(
        string objectName, IReadOnlySet<string> symbols, IReadOnlySet<string> except) => ObjectsOf(objectName, except)
        .SelectMany(name => GlobalSymbols.UndefinedIn(PathOf(name)).Select(symbol => (symbol, name)))
        .Where(pair => symbols.Contains(pair.symbol))
        .ToLookup(pair => pair.symbol, pair => pair.name, StringComparer.Ordinal);

    /// <summary>Finds which symbols the objects of an image use, or define for others.</summary>
    /// <param name="objectName"><c>vmlinux</c> or a module's run-time name.</param>
    /// <param name="symbols">The symbols.</param>
    /// <param name="except">Objects that are not looked at.</param>
    /// <exception cref="IOException">An object cannot be read.</exception>
    internal IEnumerable<string> FindGlobals(string objectName, IReadOnlySet<string> symbols, IReadOnlySet<string> except) =>
        ObjectsOf(objectName, except).SelectMany(name => GlobalSymbols.In(PathOf(name))).Where(symbols.Contains);

    private IEnumerable<string> ObjectsOf(string objectName, IReadOnlySet<string> except) => table.Objects
        .Select(recorded => recorded.Object)
        .Where(name => !except.Contains(name) && owners.Of(name).Contains(objectName));

    private string PathOf(string name) => Path.Combine(source.BuildDirectory, name);

    private IEnumerable<KernelUnit> UnitsOf(string name, string[] touched)
    {
        string path = PathOf(name);
        if (CommandFile.Command(path) is not { } command)
            yield break;
        string recorded = CommandFile.Source(path) ?? "";
        string relative = source.RelativePath(recorded) ?? recorded;
        IReadOnlyList<string> linked = owners.Of(name);
        foreach (string owner in linked.DefaultIfEmpty(""))
        {
            yield return new KernelUnit
            {
                Object = name,
                Source = relative,
                Language = LanguageOf(name, relative),
                ObjectName = owner,
                Image = owner.Length > 0 ? null : ForeignImages.Of(name),
                Touched = touched,
                Command = ShellWords.Split(command.Text),
                Dependencies = CommandFile.Dependencies(path),
                Versions = SymbolVersions.ReadCrcs(CommandFile.Lines(path)),
            };
        }
    }

    private static UnitLanguage LanguageOf(string made, string source) => Path.GetExtension(source) switch
    {
        _ when made.EndsWith(".s", StringComparison.Ordinal) => UnitLanguage.HeaderConstants,
        _ when made.EndsWith(".lds", StringComparison.Ordinal) => UnitLanguage.LinkerScript,
        _ when Path.GetExtension(made).Length == 0 => UnitLanguage.HostProgram,
        ".S" or ".s" => UnitLanguage.Assembler,
        ".rs" => UnitLanguage.Rust,
        _ => UnitLanguage.C,
    };
}
