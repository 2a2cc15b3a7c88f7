using Klp.Boot.Host;
using Klp.Boot.Script;

namespace Klp.Boot.Livepatch;

/// <summary>Adds the loading of modules to a script, each once and after what it depends on.</summary>
/// <param name="kernel">It has the modules that are only named.</param>
/// <param name="script">Where the steps go.</param>
/// <param name="given">All modules that the caller names; those that are files serve as dependencies as well.</param>
internal sealed class ModuleLoader(KernelUnderTest kernel, GuestScript script, IReadOnlyList<ModuleToLoad> given)
{
    private readonly HashSet<string> loaded = new(StringComparer.Ordinal);
    private readonly List<(ModuleFile File, string Parameters)> order = [];
    private readonly Dictionary<string, (ModuleFile File, string Parameters)> givenByName = given
        .Select(module => (File: ModuleFile.Read(Resolve(kernel, module.NameOrFile)), module.Parameters))
        .GroupBy(module => module.File.Name)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>The modules added so far, in the order of loading.</summary>
    public IReadOnlyList<(ModuleFile File, string Parameters)> Loaded => order;

    /// <summary>Adds a module and its dependencies, as far as they are not there yet.</summary>
    /// <exception cref="BootSetupException">It, or one that it depends on, is not among the kernel's modules.</exception>
    public void Load(ModuleToLoad module) => Load(ModuleFile.Read(Resolve(kernel, module.NameOrFile)), module.Parameters);

    /// <summary>Adds only what a module depends on.</summary>
    /// <exception cref="BootSetupException">One of them is not among the kernel's modules.</exception>
    public void LoadDependencies(ModuleFile module)
    {
        foreach (string name in module.Depends)
        {
            (ModuleFile file, string parameters) =
                givenByName.TryGetValue(name, out (ModuleFile File, string Parameters) known)
                    ? known
                    : (ModuleFile.Read(Resolve(kernel, name)), "");
            Load(file, parameters);
        }
    }

    private void Load(ModuleFile module, string parameters)
    {
        if (!loaded.Add(module.Name))
            return;
        LoadDependencies(module);
        script.LoadModule(module.Path, parameters);
        order.Add((module, parameters));
    }

    private static string Resolve(KernelUnderTest kernel, string nameOrFile)
    {
        if (nameOrFile.Contains('/', StringComparison.Ordinal) || nameOrFile.Contains(".ko", StringComparison.Ordinal))
            return nameOrFile;
        return kernel.FindModule(nameOrFile) ?? throw new BootSetupException(BootSetupProblem.ModuleNotFound,
            $"The kernel {kernel.Release} in '{kernel.Tree.BuildDirectory}' has no module '{nameOrFile}'.",
            "Build it as a module (=m in .config), or give the path of a .ko.");
    }
}
