using Klp.Kbuild.Ide;
using Klp.Kbuild.Runs;
using Klp.Kernel.Facts;

namespace Klp.Kbuild.Patching;

/// <summary>Which objects of a build are linked into vmlinux and which into a module.</summary>
internal sealed class UnitOwners
{
    // The archives of vmlinux: since 6.1 vmlinux.a, before built-in.a; and what the link was given besides.
    private static readonly string[] Archives = ["vmlinux.a", "built-in.a"];
    private static readonly string[] Links = ["vmlinux", "vmlinux.o", "vmlinux.a", "vmlinux.unstripped"];

    private readonly Dictionary<string, List<string>> owners = new(StringComparer.Ordinal);
    private readonly string buildDirectory;

    private UnitOwners(string buildDirectory) => this.buildDirectory = buildDirectory;

    /// <summary>Reads the lists that kbuild keeps.</summary>
    /// <param name="buildDirectory">The build directory.</param>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    internal static UnitOwners Read(string buildDirectory)
    {
        UnitOwners owners = new(buildDirectory);
        owners.AddVmlinux();
        owners.AddModules();
        return owners;
    }

    /// <summary>True where vmlinux has any object: without one nothing is known.</summary>
    internal bool KnowsVmlinux { get; private set; }

    /// <summary>The names of those that an object is linked into: <c>vmlinux</c>, or a module's run-time name.</summary>
    /// <param name="objectPath">The object, relative to the build directory.</param>
    internal IReadOnlyList<string> Of(string objectPath) => owners.GetValueOrDefault(objectPath) ?? [];

    private void AddVmlinux()
    {
        IEnumerable<string> linked = Links
            .Select(link => CommandFile.Command(Path.Combine(buildDirectory, link)))
            .OfType<SavedCommand>()
            .SelectMany(command => ShellWords.Split(command.Text))
            .Where(word => word.EndsWith(".a", StringComparison.Ordinal) && !word.StartsWith('-'));
        foreach (string name in Archives.Concat(linked).Distinct(StringComparer.Ordinal))
        {
            string archive = Path.GetFullPath(name, buildDirectory);
            if (!File.Exists(archive))
                continue;
            KnowsVmlinux = true;
            foreach (string member in ThinArchive.ReadMembers(File.ReadAllBytes(archive)))
                Add(Path.GetFullPath(member, Path.GetDirectoryName(archive)!), ModuleName.Vmlinux);
        }
    }

    // modules.order names each module (.o since 6.3, .ko before); beside it NAME.mod lists its objects.
    private void AddModules()
    {
        string order = Path.Combine(buildDirectory, "modules.order");
        foreach (string module in File.Exists(order) ? File.ReadLines(order) : [])
        {
            string list = Path.GetFullPath(Path.ChangeExtension(module, ".mod"), buildDirectory);
            if (!File.Exists(list))
                continue;
            string[] words = File.ReadAllText(list).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            foreach (string word in words.Where(word => word.EndsWith(".o", StringComparison.Ordinal)))
                Add(Path.GetFullPath(word, buildDirectory), ModuleName.FromPath(Path.ChangeExtension(module, ".ko")));
        }
    }

    private void Add(string path, string owner)
    {
        string name = Path.GetRelativePath(buildDirectory, path);
        if (!owners.TryGetValue(name, out List<string>? names))
            owners.Add(name, names = []);
        if (!names.Contains(owner))
            names.Add(owner);
    }
}
