using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Tracing;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;

namespace Klp.Livepatch.Generation;

/// <summary>
/// What the kernel has to have of the functions that a project describes: that they exist, are functions, stay in memory and
/// can be traced, and that one of several is chosen. Validation finds the same in the finished module; here it is said of the
/// item, before anything is made of it, with the names and places to choose from.
/// </summary>
/// <param name="context">What is known about the kernel.</param>
/// <param name="tree">The kernel.</param>
/// <param name="diagnostics">Receives what is wrong, in the project.</param>
public sealed class PatchedFunctionRules(ConversionContext context, KernelTree tree, DiagnosticBag diagnostics)
{
    private readonly ObjectSymbols symbols = new(tree);
    private readonly UndecidedSymbolMessages advice = new(context);
    private readonly TraceSites sites = new(tree);

    /// <summary>Checks functions.</summary>
    /// <param name="functions">Those that the project describes.</param>
    /// <exception cref="IOException">A file of the kernel cannot be read.</exception>
    public void Check(IReadOnlyList<DescribedFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(functions);
        if (functions.Count == 0)
            return;
        SymbolLookup lookup = context.Database.Find(functions.Select(function => function.Name), diagnostics, tree.IgnoredSuffix);
        NearestNameSearch nearest = new(
            context.Database,
            functions.Where(function => lookup.Count(function.ObjectName, function.Name) == 0)
                .Select(function => (function.Name, (string?)function.ObjectName)));
        // Of an object that is not at hand validation says what there is to say.
        foreach (DescribedFunction function in functions.Where(function => lookup.ObjectNames.Contains(function.ObjectName)))
            Check(function, lookup, nearest);
    }

    private void Check(DescribedFunction function, SymbolLookup lookup, NearestNameSearch nearest)
    {
        int count = lookup.Count(function.ObjectName, function.Name);
        if (count == 0)
        {
            if (symbols.IsOnlyWhileLoading(function.ObjectName, function.Name))
                diagnostics.Add(DescriptionMessages.RunsOnce(function.Place, function.Name, function.ObjectName));
            else
                diagnostics.Add(DescriptionMessages.FunctionUnknown(
                    function.Place,
                    function.Name,
                    function.ObjectName,
                    UndecidedSymbolMessages.Elsewhere(lookup, function.Name),
                    Cause(function, lookup, nearest)));
        }
        else if (!function.Sympos.IsWithin(count))
        {
            diagnostics.Add(DescriptionMessages.PositionOutOfRange(
                function.Place,
                function.Name,
                function.Sympos,
                function.ObjectName,
                count,
                advice.Candidates(function.ObjectName, function.Name, count)));
        }
        else if (function.Sympos.IsAmbiguous(count))
        {
            diagnostics.Add(DescriptionMessages.Ambiguous(
                function.Place, function.Name, function.ObjectName, count, advice.Candidates(function.ObjectName, function.Name, count)));
        }
        else if (symbols.Find(function.ObjectName, function.Name) is var all && all.Count == count)
        {
            CheckCandidate(function, function.Sympos.In(all)!);
        }
    }

    private void CheckCandidate(DescribedFunction function, SymbolCandidate symbol)
    {
        if (symbol.IsData)
            diagnostics.Add(DescriptionMessages.IsData(function.Place, function.Name, function.ObjectName, symbol.Size));
        else if (sites.Has(function.ObjectName, symbol) == false)
            diagnostics.Add(DescriptionMessages.NotTraceable(
                function.Place, function.Name, function.ObjectName, UntraceableCause.Of(function.ObjectName, symbol)));
    }

    private string Cause(DescribedFunction function, SymbolLookup lookup, NearestNameSearch nearest)
    {
        if (advice.NameToWrite(function.ObjectName, function.Name) is { Length: > 0 } name)
            return name;
        if (context.Database.FindClones(function.Name) is { Count: > 0 } clones)
            return DescriptionMessages.OtherVersions(clones, function.NewName);
        if (tree.DebugInfo.FindInlined(function.ObjectName, function.Name) is { Count: > 0 } callers)
            return DescriptionMessages.InlinedEverywhere(callers);
        string question = nearest.Question(function.Name, function.ObjectName);
        bool isElsewhere = lookup.Occurrences(function.Name).Count > 0;
        return question.Length > 0 || isElsewhere ? question : DescriptionMessages.NoCauseKnown;
    }
}
