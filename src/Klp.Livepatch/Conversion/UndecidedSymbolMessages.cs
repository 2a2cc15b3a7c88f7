using System.Globalization;
using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Symbols;
using Klp.Kernel.SymbolTables;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// Words for symbols that cannot be decided: what there is to choose from, and what to paste. Looks into vmlinux and the
/// modules for what the database does not hold.
/// </summary>
internal sealed class UndecidedSymbolMessages(ConversionContext context)
{
    private const int MostCandidates = 50;

    private readonly ObjectSymbols? objects = context.Tree is { } tree ? new ObjectSymbols(tree) : null;

    /// <summary>Says that a symbol is nowhere, and what may be the cause.</summary>
    /// <param name="name">The symbol.</param>
    /// <param name="user">What uses it, in words.</param>
    /// <param name="nearest">Where names near to it are asked for.</param>
    internal string Unknown(string name, string user, NearestNameSearch nearest)
    {
        string kernel = context.Tree is { } tree ? $"the kernel {tree.Release}" : "the kernel";
        IReadOnlyList<string> clones = context.Database.FindClones(name);
        string cause = clones.Count > 0
            ? $"The compiler made other versions of it: {string.Join(", ", clones)}. Declare it as one of them with KLP_RELOC_SYMBOL, if "
                + "its parameters still fit, or copy its source into the livepatch."
            : $"{Question()}Is the name right, is it compiled in with this configuration, and was it perhaps inlined everywhere? An "
                + "inlined function has no symbol: copy its source into the livepatch. Is it in a module that was built outside the kernel "
                + $"tree? Name that module with {HostWord.ExternalModule}.";
        string Question() => nearest.Question(name) is { Length: > 0 } question ? question.TrimStart() + " " : "";
        return $"'{name}', used by {user}, is defined neither in the livepatch nor anywhere in {kernel} or its modules. {cause}";
    }

    /// <summary>What there is to choose from, and the annotation of the first.</summary>
    /// <param name="name">The name that the kernel knows.</param>
    /// <param name="user">What uses it, in words.</param>
    /// <param name="candidates">The objects that have it.</param>
    /// <param name="annotation">What the author wrote about it, which does not suffice; or null.</param>
    internal string Ambiguous(string name, string user, IReadOnlyList<SymbolOccurrence> candidates, Annotation? annotation)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"'{name}', used by {user}, is ambiguous: there are {candidates.Sum(candidate => candidate.Count)} symbols of that "
            + $"name. Candidates:");
        int shown = 0;
        foreach (SymbolOccurrence candidate in candidates.TakeWhile(_ => shown < MostCandidates))
        {
            text.Append(Candidates(candidate.ObjectName, name, candidate.Count, MostCandidates - shown));
            shown += candidate.Count;
        }

        int others = candidates.Sum(candidate => candidate.Count) - shown;
        if (others > 0)
            text.Append(CultureInfo.InvariantCulture, $"\n    ... and {others} more in other modules");

        text.Append(
            CultureInfo.InvariantCulture,
            $"\nSay which one is meant, for the first of them {WhatToWrite(name, candidates[0], annotation)}");
        return text.ToString();
    }

    private static string WhatToWrite(string name, SymbolOccurrence candidate, Annotation? annotation)
    {
        int position = candidate.Count > 1 ? 1 : 0;
        if (annotation is { PatchedObject: null })
            return $"by changing its position in {annotation.Origin} to {position}";
        // A name such as __func__.0 cannot be written in an expression of C.
        if (annotation is not null || name.Contains('.', StringComparison.Ordinal))
            return "with #include <klp/relocation.h> and, at the end of the symbol's declaration,\n    "
                + $"KLP_RELOC_SYMBOL_POS({annotation?.PatchedObject ?? candidate.ObjectName}, {candidate.ObjectName}, {name}, "
                + $"{position})";
        return $"with #include <klp/relocation.h> and\n    static struct KLP_MODULE_RELOC({candidate.ObjectName}) "
            + $"klp_reloc_{name}[] = {{ KLP_SYMPOS({name}, {position}) }};";
    }

    /// <summary>A line for each symbol of a name in an object: its position, and what else is known of it.</summary>
    internal string Candidates(string objectName, string name, int count, int most = MostCandidates)
    {
        IReadOnlyList<SymbolCandidate> known = objects?.Describe(objectName, name, most) ?? [];
        StringBuilder text = new();
        for (int position = 1; position <= Math.Min(count, most); position++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {objectName}, position {(count == 1 ? 0 : position)}");
            // Without a candidate for each position there is no telling which is which.
            if (known.Count == count)
                text.Append(Describe(known[position - 1], objectName));
        }

        if (count > most)
            text.Append(CultureInfo.InvariantCulture, $"\n    ... and {count - most} more in {objectName}");
        return text.ToString();
    }

    /// <summary>Where else a name exists, as the end of a sentence.</summary>
    internal static string Elsewhere(SymbolLookup lookup, string name)
    {
        IReadOnlyList<SymbolOccurrence> occurrences = lookup.Occurrences(name);
        return occurrences.Count == 0
            ? ""
            : $" (but {string.Join(", ", occurrences.Select(occurrence => occurrence.ObjectName).Take(5))} has one)";
    }

    /// <summary>
    /// Under which name a kernel finds one that it compares in part only, as a sentence with a space before it; empty where it
    /// compares whole names.
    /// </summary>
    internal string NameToWrite(string objectName, string name) =>
        objectName == ModuleName.Vmlinux
            && context.Tree is { IgnoredSuffix: { } suffix } tree
            && name.IndexOf(suffix, StringComparison.Ordinal) is var at and > 0
            ? $" The kernel {tree.Release} leaves what begins with '{suffix}' out of the names of vmlinux as it looks for one: "
                + $"write '{name[..at]}'."
            : "";

    /// <summary>False when the file of a symbol's module is not at hand, so that nobody can tell its init symbols.</summary>
    internal bool KnowsBothViews(KernelSymbol target) =>
        target.ObjectName == ModuleName.Vmlinux || objects?.KnowsBothViews(target.ObjectName) == true;

    /// <summary>The position that means a symbol in both views of its module; null when there is none.</summary>
    internal Sympos? PositionInBothViews(KernelSymbol target) =>
        objects is null ? target.Sympos : objects.PositionInBothViews(target.ObjectName, target.Name, target.Sympos);

    private static string Describe(SymbolCandidate symbol, string objectName)
    {
        string section = objectName == ModuleName.Vmlinux || symbol.SectionName is null ? "" : $"{symbol.SectionName}+";
        return string.Create(
            CultureInfo.InvariantCulture,
            $": {(symbol.IsFunction ? "function" : "data")} {(symbol.FullName is null ? "" : $"{symbol.FullName} ")}of "
            + $"{symbol.Size} bytes at {section}0x{symbol.Value:x}{(symbol.SourceFile is null ? "" : $" in {symbol.SourceFile}")}");
    }
}
