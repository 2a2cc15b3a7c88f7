using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Tracing;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>The klp_patch, klp_object and klp_func tables (kernel/livepatch/core.c, klp_enable_patch to klp_init_object_loaded).</summary>
internal static class TableRules
{
    internal static void Check(ValidationContext context, SymbolResolver resolver, TraceSites sites)
    {
        foreach ((ElfPlace place, string problem) in context.Tables.FindIncomplete())
            context.AddError(DiagnosticCodes.TableIncomplete, $"In the livepatch's tables, at {context.Describe(place)}, {problem}. klp_enable_patch() of the kernel would refuse it with EINVAL and no message. Fill it in.");
        foreach (IGrouping<string, PatchedObject> twice in context.Tables.Objects.GroupBy(patched => patched.Name).Where(group => group.Count() > 1))
            context.AddError(DiagnosticCodes.PatchedTwice, $"The livepatch has {twice.Count()} klp_object for {twice.Key}. The kernel would refuse it: \"sysfs: cannot create duplicate filename '/kernel/livepatch/{context.Name}/{twice.Key}'\". Put their functions into one.");
        foreach (PatchedObject patched in context.Tables.Objects)
            CheckObject(context, resolver, sites, patched);
    }

    private static void CheckObject(ValidationContext context, SymbolResolver resolver, TraceSites sites, PatchedObject patched)
    {
        if (patched.Name.Length > ModuleName.MaxLength)
            context.AddError(DiagnosticCodes.TableIncomplete, $"The klp_object '{patched.Name}' has a name of {patched.Name.Length} characters; a module's has at most {ModuleName.MaxLength}. The kernel would refuse the livepatch with EINVAL and no message.");
        else
            CheckName(context, patched);

        foreach (IGrouping<(string, ulong), PatchedFunction> twice in patched.Functions.GroupBy(function => (function.OldName, Math.Max(function.Sympos, 1))).Where(group => group.Count() > 1))
            context.AddError(DiagnosticCodes.PatchedTwice, $"'{twice.Key.Item1}' of {patched.Name} is patched {twice.Count()} times; positions 0 and 1 are one to the kernel. It would refuse the livepatch: \"sysfs: cannot create duplicate filename '/kernel/livepatch/{context.Name}/{patched.Name}/{twice.Key.Item1},{twice.Key.Item2}'\". Keep one klp_func.", twice.First().NewFunction);
        foreach (PatchedFunction function in patched.Functions)
            CheckFunction(context, resolver, sites, patched.Name, function);
    }

    private static void CheckName(ValidationContext context, PatchedObject patched)
    {
        string name = patched.Name;
        if (name == ModuleName.Vmlinux && patched.IsNamed)
            context.AddError(DiagnosticCodes.ObjectUnknown, "The klp_object is named 'vmlinux', which the kernel takes for the name of a module: it would load the livepatch, which would patch nothing of it, without a message. Leave .name out: the kernel itself has none.");
        if (name == ModuleName.Vmlinux || context.Tree.FindModule(name) is not null)
            return;
        string meant = ModuleName.FromPath(name);
        if (meant != name)
            context.AddError(DiagnosticCodes.ObjectUnknown, $"The klp_object is named '{name}', and no module has such a name at run time: the kernel would load the livepatch, which would patch nothing of it, without a message. Name it '{meant}'.");
        else
            context.AddWarning(DiagnosticCodes.ObjectUnknown, $"The klp_object is named '{name}', and the kernel {context.Release} has no module of that name.{context.QuestionOfObject(name)} Should it be loaded all the same, nothing here can say whether its patch applies. Name a module built outside the tree with the item KlpExternalModule or with --module.");
    }

    private static void CheckFunction(ValidationContext context, SymbolResolver resolver, TraceSites sites, string objectName, PatchedFunction function)
    {
        if (function.OldName.Length > context.Dialect.MaxSymbolNameLength)
        {
            context.AddError(DiagnosticCodes.TableIncomplete, $"The klp_func '{function.OldName}' has a name of {function.OldName.Length} characters; a symbol's has at most {context.Dialect.MaxSymbolNameLength}. The kernel would refuse the livepatch with EINVAL and no message.", function.NewFunction);
            return;
        }

        KernelSymbol symbol = new(objectName, function.OldName, (int)Math.Min(function.Sympos, int.MaxValue));
        SymbolFinding finding = resolver.Find(symbol, objectName);
        if (SectionLife.IsFreedOfModule(function.NewFunction.Section.Name, context.Module.Header.Machine))
            context.AddError(DiagnosticCodes.NewFunctionFreed, $"{context.Describe(function.NewFunction)}, which is to replace '{function.OldName}' of {objectName}, is in {function.NewFunction.Section.Name}, which the kernel frees when the livepatch has loaded: the next call would crash. Remove __init.", function.NewFunction);
        if (finding.Kind == SymbolFindingKind.Found)
        {
            if (resolver.Candidate(symbol) is { } candidate && sites.Has(objectName, candidate) == false)
                context.AddError(DiagnosticCodes.FunctionNotTraceable, $"'{function.OldName}' of {objectName} {UntraceableCause.Of(objectName, candidate)} The kernel would refuse {(objectName == ModuleName.Vmlinux ? "the livepatch" : $"the livepatch, or {objectName} where that is loaded later")}: \"failed to find location for function '{function.OldName}'\".", function.NewFunction);
            return;
        }

        if (finding.Kind != SymbolFindingKind.Unknown)
            context.AddError(Code(finding.Kind), $"The patched function '{function.OldName}' of {objectName} {finding.Explanation} {Fix(finding.Kind)}", function.NewFunction);
    }

    private static string Code(SymbolFindingKind kind) => kind switch
    {
        SymbolFindingKind.Ambiguous => DiagnosticCodes.PatchedFunctionAmbiguous,
        SymbolFindingKind.DependsOnLoadOrder => DiagnosticCodes.PositionDependsOnLoadOrder,
        _ => DiagnosticCodes.PatchedFunctionNotFound,
    };

    private static string Fix(SymbolFindingKind kind) => kind switch
    {
        SymbolFindingKind.Ambiguous => "Set old_sympos in the klp_func, or Position of the KlpFunction item.",
        SymbolFindingKind.DependsOnLoadOrder => "Patch the functions that call it.",
        SymbolFindingKind.PositionOutOfRange => "Correct old_sympos in the klp_func, or Position of the KlpFunction item.",
        _ => "Is the name right, is it compiled in with this configuration, and was it perhaps inlined everywhere? Then patch the functions that call it.",
    };
}
