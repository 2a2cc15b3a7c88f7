using System.Globalization;
using System.Text;
using Klp.Elf;
using Klp.Livepatch.Compression;
using Klp.Livepatch.Kernel;
using Klp.Livepatch.Symbols;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Words for symbols that cannot be decided: what there is to choose from, and what to paste. Looks into vmlinux and the
/// modules for what the database does not hold.
/// </summary>
internal sealed class SymbolAdvice(ConversionContext context)
{
    private const int MostCandidates = 50;

    internal string Unknown(string name, string user)
    {
        string kernel = context.Tree is { } tree ? $"the kernel {tree.Release}" : "the kernel";
        IReadOnlyList<string> clones = context.Database.FindClones(name);
        string cause = clones.Count > 0
            ? $"The compiler made other versions of it: {string.Join(", ", clones)}. Declare it as one of them with KLP_RELOC_SYMBOL, if its parameters still fit, or copy its source into the livepatch."
            : "Is the name right, is it compiled in with this configuration, and was it perhaps inlined everywhere? An inlined function has no symbol: copy its source into the livepatch.";
        return $"'{name}', used by {user}, is defined neither in the livepatch nor anywhere in {kernel} or its modules. {cause}";
    }

    internal string Ambiguous(string name, string user, IReadOnlyList<SymbolOccurrence> candidates)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"'{name}', used by {user}, is ambiguous: there are {candidates.Sum(candidate => candidate.Count)} symbols of that name. Candidates:");
        foreach (SymbolOccurrence candidate in candidates)
            text.Append(Candidates(candidate.ObjectName, name, candidate.Count));

        SymbolOccurrence first = candidates[0];
        int position = first.Count > 1 ? 1 : 0;
        text.Append(CultureInfo.InvariantCulture, $"\nSay which one is meant, for the first of them with #include <klp/relocation.h> and\n    struct KLP_MODULE_RELOC({first.ObjectName}) klp_{first.ObjectName}_relocs[] = {{ KLP_SYMPOS({name}, {position}) }};");
        return text.ToString();
    }

    /// <summary>A line for each symbol of a name in an object: its position, and what else is known of it.</summary>
    internal string Candidates(string objectName, string name, int count)
    {
        IReadOnlyList<VmlinuxSymbol> known = objectName == ModuleName.Vmlinux ? InVmlinux(name) : [];
        StringBuilder text = new();
        for (int position = 1; position <= Math.Min(count, MostCandidates); position++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {objectName}, position {(count == 1 ? 0 : position)}");
            // Without a candidate for each position there is no telling which is which.
            if (known.Count == count)
                text.Append(Describe(known[position - 1]));
        }

        if (count > MostCandidates)
            text.Append(CultureInfo.InvariantCulture, $"\n    ... and {count - MostCandidates} more in {objectName}");
        return text.ToString();
    }

    /// <summary>Where else a name exists, as the end of a sentence.</summary>
    internal static string Elsewhere(SymbolLookup lookup, string name)
    {
        IReadOnlyList<SymbolOccurrence> occurrences = lookup.Occurrences(name);
        return occurrences.Count == 0 ? "" : $" (but {string.Join(", ", occurrences.Select(occurrence => occurrence.ObjectName).Take(5))} has)";
    }

    /// <summary>Why a symbol of a module resolves differently while the module loads and once it runs, or null when it does not.</summary>
    internal string? LoadOrderProblem(KernelSymbol target)
    {
        if (target.ObjectName == ModuleName.Vmlinux || context.Tree?.FindModule(target.ObjectName) is not { } path)
            return null;

        using ElfImage module = ElfImage.Read(new MemoryStream(CompressedFile.ReadAllBytes(path), writable: false), path);
        IReadOnlyList<(int Coming, int Live)> positions = new ModuleSymbolView(module).Positions(target.Name);
        int wanted = Math.Max(target.Sympos, 1);
        bool sameInBoth = target.Sympos == 0
            ? positions.Count <= 1
            : positions.Any(position => position.Live == wanted && position.Coming == wanted);
        return sameInBoth
            ? null
            : $"'{target.Name}' of {target.ObjectName} is also the name of a symbol in the init code of {Path.GetFileName(path)}, which goes away once the module runs: no position means the same symbol when the livepatch is loaded before the module and after it. Copy the source of '{target.Name}' into the livepatch instead.";
    }

    private IReadOnlyList<VmlinuxSymbol> InVmlinux(string name)
    {
        if (context.Tree?.VmlinuxPath is not { } path)
            return [];
        using ElfImage vmlinux = ElfImage.Open(path);
        return VmlinuxSymbolFinder.Find(vmlinux, name);
    }

    private static string Describe(VmlinuxSymbol symbol) =>
        string.Create(CultureInfo.InvariantCulture, $": {(symbol.IsFunction ? "function" : "data")} of {symbol.Size} bytes at 0x{symbol.Address:x}{(symbol.SourceFile is null ? "" : $" in {symbol.SourceFile}")}");
}
