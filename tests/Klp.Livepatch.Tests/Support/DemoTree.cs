using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Tests.Support;

/// <summary>The kernel that the tests convert for.</summary>
internal static class DemoTree
{
    private static readonly Lazy<KernelTree> Opened = new(() => Open(Path));
    private static readonly Lazy<SymbolDatabase> Built = new(BuildDatabase);

    /// <summary>The build directory.</summary>
    internal static string Path => DemoKernelTree.Path;

    internal static KernelTree Tree => Opened.Value;

    /// <summary>The symbol database of the kernel, made once.</summary>
    internal static SymbolDatabase Database => Built.Value;

    internal static string Vmlinux => File("vmlinux");

    /// <summary>A file of the build directory.</summary>
    internal static string File(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>A file of the kernel's source.</summary>
    internal static string Source(string relative) =>
        System.IO.Path.Combine(Path, Directory.Exists(File("source")) ? "source" : "", relative);

    /// <summary>A module by its run-time name.</summary>
    internal static string Module(string name) =>
        Tree.FindModule(name) ?? throw new InvalidOperationException($"The kernel in '{Path}' has no module '{name}'; these tests are written for the demo kernel.");

    /// <summary>Opens a kernel tree that has to be in order.</summary>
    internal static KernelTree Open(string path)
    {
        DiagnosticBag diagnostics = new();
        KernelTree? tree = KernelTree.Open(path, diagnostics);
        Expect.Nothing(diagnostics);
        return tree!;
    }

    /// <summary>Opens a symbol database that has to be in order.</summary>
    internal static SymbolDatabase OpenDatabase(string path)
    {
        DiagnosticBag diagnostics = new();
        SymbolDatabase? database = SymbolDatabase.Open(path, diagnostics);
        Expect.Nothing(diagnostics);
        return database!;
    }

    private static SymbolDatabase BuildDatabase()
    {
        using TempFolder folder = new();
        DiagnosticBag diagnostics = new();
        SymbolDatabaseBuilder.Build(Tree.Sources, folder["symbols.klp"], diagnostics);
        Expect.Nothing(diagnostics);
        return OpenDatabase(folder["symbols.klp"]);
    }
}
