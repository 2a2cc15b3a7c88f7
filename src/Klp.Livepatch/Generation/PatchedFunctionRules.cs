using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
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
    private readonly SymbolAdvice advice = new(context);
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
        NearestNameSearch nearest = new(context.Database, functions.Where(function => lookup.Count(function.ObjectName, function.Name) == 0).Select(function => (function.Name, (string?)function.ObjectName)));
        // Of an object that is not at hand validation says what there is to say.
        foreach (DescribedFunction function in functions.Where(function => lookup.ObjectNames.Contains(function.ObjectName)))
            Check(function, lookup, nearest);
    }

    private void Check(DescribedFunction function, SymbolLookup lookup, NearestNameSearch nearest)
    {
        string item = $"The KlpFunction '{function.Name}'";
        int count = lookup.Count(function.ObjectName, function.Name);
        if (count == 0)
        {
            if (symbols.IsOnlyWhileLoading(function.ObjectName, function.Name))
                diagnostics.AddError(DiagnosticCodes.FunctionNotPatchable, $"{item} is __init in {function.ObjectName}: it runs once, as the module loads, and is freed then, so the kernel cannot patch it. Patch what is called later.", function.Place);
            else
                diagnostics.AddError(DiagnosticCodes.FunctionUnknown, $"{item} is no function of {function.ObjectName}, which has no symbol of that name{SymbolAdvice.Elsewhere(lookup, function.Name)}.{Cause(function, lookup, nearest)}", function.Place);
        }
        else if (function.Sympos > count)
        {
            diagnostics.AddError(DiagnosticCodes.FunctionUnknown, $"{item} has Position=\"{function.Sympos}\", and {function.ObjectName} has {count} of that name:{advice.Candidates(function.ObjectName, function.Name, count)}", function.Place);
        }
        else if (function.Sympos == 0 && count > 1)
        {
            diagnostics.AddError(DiagnosticCodes.FunctionAmbiguous, $"{item} is ambiguous: {function.ObjectName} has {count} symbols of that name. Candidates:{advice.Candidates(function.ObjectName, function.Name, count)}\nSay which one is meant with the item's metadata Position, for the first of them Position=\"1\".", function.Place);
        }
        else if (symbols.Find(function.ObjectName, function.Name) is var all && all.Count == count)
        {
            CheckCandidate(function, item, all[Math.Max(function.Sympos, 1) - 1]);
        }
    }

    private void CheckCandidate(DescribedFunction function, string item, SymbolCandidate symbol)
    {
        if (symbol.IsData)
            diagnostics.AddError(DiagnosticCodes.FunctionIsData, $"{item} is no function: {function.ObjectName} has data of that name, {symbol.Size} bytes. Only functions are patched; data of the kernel is changed by a callback of a KlpObject, or used by a new function that declares it with extern.", function.Place);
        else if (sites.Has(function.ObjectName, symbol) == false)
            diagnostics.AddError(DiagnosticCodes.FunctionNotPatchable, $"{item} of {function.ObjectName} {UntraceableCause.Of(function.ObjectName, symbol)} The kernel would refuse {(function.ObjectName == ModuleName.Vmlinux ? "the livepatch" : $"the livepatch, or {function.ObjectName} where that is loaded later")}: \"failed to find location for function '{function.Name}'\".", function.Place);
    }

    private string Cause(DescribedFunction function, SymbolLookup lookup, NearestNameSearch nearest)
    {
        if (advice.NameToWrite(function.ObjectName, function.Name) is { Length: > 0 } name)
            return name;
        if (context.Database.FindClones(function.Name) is { Count: > 0 } clones)
            return $" The compiler made other versions of it: {string.Join(", ", clones)}. Patch those that still have its parameters, each as a KlpFunction with With=\"{function.NewName}\", and the functions that call the others.";
        if (tree.DebugInfo.FindInlined(function.ObjectName, function.Name) is { Count: > 0 } callers)
            return $" It is inlined wherever it is used: into {string.Join(", ", callers)}. Patch {(callers.Count == 1 ? "that" : "those")} instead.";
        string question = nearest.Question(function.Name, function.ObjectName);
        if (question.Length > 0 || lookup.Occurrences(function.Name).Count > 0)
            return question;
        return " Is the name right, and is it compiled in with this configuration? It may be inlined wherever it is used, so that it has no symbol: then patch the functions that call it.";
    }
}
