using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Kernel.Trees;
using Klp.Livepatch.Conversion;

namespace Klp.Livepatch.Generation;

/// <summary>
/// Where a project has no new function for one to patch, the name of that one may be the slip: then the item is wrong, and not
/// the source. The conversion, which looks the functions up, never comes to it.
/// </summary>
public static class MissingFunctions
{
    /// <summary>Says of items whose new function is missing what the kernel has not got, in place of that.</summary>
    /// <param name="findings">What was found in the sources.</param>
    /// <param name="functions">The functions that the project describes.</param>
    /// <param name="tree">The kernel.</param>
    /// <returns>The findings, each item's once.</returns>
    public static IEnumerable<Diagnostic> Explain(DiagnosticBag findings, IReadOnlyList<DescribedFunction> functions, KernelTree tree)
    {
        HashSet<SourcePlace?> missing = [.. findings
            .Where(finding => finding.Code == DiagnosticCodes.NewFunctionMissing)
            .Select(finding => finding.Place)];
        DescribedFunction[] suspects = [.. functions.Where(function => missing.Contains(function.Place))];
        DiagnosticBag problems = new(), causes = new();
        if (suspects.Length > 0
            && SymbolDatabase.Read(tree.SourcesOf(suspects.Select(function => function.ObjectName)), problems) is { } database
            && ConversionContext.For(tree, database, problems) is { } context)
        {
            new PatchedFunctionRules(context, tree, causes).Check(suspects);
        }

        HashSet<SourcePlace?> explained = [.. causes
            .Where(cause => cause.Code == DiagnosticCodes.FunctionUnknown)
            .Select(cause => cause.Place)];
        return
        [
            .. causes.Where(cause => explained.Contains(cause.Place)),
            .. findings.Where(finding => finding.Code != DiagnosticCodes.NewFunctionMissing || !explained.Contains(finding.Place)),
        ];
    }
}
