using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// Modules compiled for the demo kernel as a user's are: out of tree, by kbuild. All in one run, which the tests of a class
/// share as their fixture. Symbols that nothing exports are warnings, as in the SDK.
/// </summary>
public class KbuildModules : IDisposable
{
    private readonly TempFolder folder = new();

    public KbuildModules(params KbuildModule[] modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        folder.Write("livepatch-test.h", LivepatchHeader.Text);
        foreach (SourceFile source in modules.SelectMany(module => module.Sources))
            folder.Write(source.Name, source.Text);
        folder.Write("Kbuild", $"ccflags-y += -g1 -I{Repository.Include} -include $(src)/livepatch-test.h\n{string.Concat(modules.Select(module => module.KbuildLines()))}");

        KernelArchitecture architecture = DemoTree.Tree.Architecture;
        Tool.Run("make", "-s", "-j2", "-C", DemoTree.Path, $"M={folder.Path}", $"ARCH={architecture.KbuildName}", $"CROSS_COMPILE={architecture.DefaultCrossCompile}", "KBUILD_MODPOST_WARN=1", "modules");
    }

    /// <summary>The path of a module.</summary>
    internal string this[string name] => folder[$"{name}.ko"];

    /// <summary>The path of a source file.</summary>
    internal string Source(string name) => folder[name];

    /// <summary>The number of the line of a source file that a text is in.</summary>
    internal int LineOf(string name, string text) =>
        1 + Array.FindIndex(File.ReadAllLines(Source(name)), line => line.Contains(text, StringComparison.Ordinal));

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
