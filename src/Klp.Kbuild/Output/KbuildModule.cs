using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;

namespace Klp.Kbuild.Output;

/// <summary>
/// The module that kbuild links, as far as what tools say about it is read by what it has: their words differ between
/// versions of the kernel, its symbols do not.
/// </summary>
public sealed class KbuildModule
{
    private const string ThisModule = "__this_module";

    private readonly Lazy<HashSet<string>> openSymbols;

    /// <summary>Describes a module whose symbols are known.</summary>
    /// <param name="objectPath">The object that modpost reads, <c>NAME.o</c> in the stage.</param>
    /// <param name="openSymbols">See <see cref="OpenSymbols"/>.</param>
    internal KbuildModule(string objectPath, IEnumerable<string> openSymbols)
    {
        ObjectPath = objectPath;
        this.openSymbols = new Lazy<HashSet<string>>(() => [.. openSymbols]);
    }

    private KbuildModule(string objectPath, Func<HashSet<string>> read)
    {
        ObjectPath = objectPath;
        openSymbols = new Lazy<HashSet<string>>(read);
    }

    /// <summary>The object that modpost reads, <c>NAME.o</c> in the stage.</summary>
    internal string ObjectPath { get; }

    /// <summary>
    /// The names that the module leaves undefined and that no export list which modpost reads has. Of each of them modpost
    /// says in some words that it is undefined, and the conversion decides about each. Weak ones may stay undefined.
    /// </summary>
    internal IReadOnlySet<string> OpenSymbols => openSymbols.Value;

    /// <summary>Describes a module in its stage. Its files are read when they are first asked for.</summary>
    /// <param name="objectPath">The object that modpost reads; without it the module leaves nothing open.</param>
    /// <param name="exportLists">The Module.symvers that modpost reads; those that are not there have no exports.</param>
    public static KbuildModule InStage(string objectPath, IReadOnlyList<string> exportLists) =>
        new(objectPath, () => Read(objectPath, exportLists));

    private static HashSet<string> Read(string objectPath, IReadOnlyList<string> exportLists)
    {
        if (!File.Exists(objectPath))
            return [];
        try
        {
            HashSet<string> open = [.. ElfObject.Open(objectPath).Symbols
                .Where(symbol => symbol.IsUndefined && symbol.Binding != ElfSymbolBinding.Weak && symbol.Name.Length > 0)
                .Select(symbol => symbol.Name)];
            // The last link, which comes after modpost, defines it.
            open.Remove(ThisModule);
            // What is wrong with a list is reported when the conversion reads it.
            foreach (string path in exportLists.Where(File.Exists))
                open.ExceptWith(ModuleSymvers.Read(path, new DiagnosticBag()).Exports.Select(export => export.Name));
            return open;
        }
        catch (ElfFormatException)
        {
            // The linker that made it has said why.
            return [];
        }
    }
}
