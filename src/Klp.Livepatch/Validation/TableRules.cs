using Klp.Elf.Model;
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
            context.Add(TableMessages.Incomplete(context.Whole, context.Describe(place), problem));
        foreach (IGrouping<string, PatchedObject> twice in context.Tables.Objects
            .GroupBy(patched => patched.Name)
            .Where(group => group.Count() > 1))
        {
            context.Add(TableMessages.ObjectTwice(context.Whole, twice.Count(), twice.Key, context.Name));
        }

        foreach (PatchedObject patched in context.Tables.Objects)
            CheckObject(context, resolver, sites, patched);
    }

    private static void CheckObject(ValidationContext context, SymbolResolver resolver, TraceSites sites, PatchedObject patched)
    {
        if (patched.Name.Length > ModuleName.MaxLength)
            context.Add(TableMessages.ObjectNameTooLong(context.Whole, patched.Name, patched.Name.Length));
        else
            CheckName(context, patched);

        foreach (IGrouping<(string, ulong), PatchedFunction> twice in patched.Functions
            .GroupBy(function => (function.OldName, function.Sympos.Ordinal))
            .Where(group => group.Count() > 1))
        {
            context.Add(TableMessages.FunctionTwice(
                context.PlaceOf(twice.First().NewFunction), twice.Key.Item1, patched.Name, twice.Count(), context.Name, twice.Key.Item2));
        }

        foreach (PatchedFunction function in patched.Functions)
            CheckFunction(context, resolver, sites, patched.Name, function);
    }

    private static void CheckName(ValidationContext context, PatchedObject patched)
    {
        string name = patched.Name;
        if (name == ModuleName.Vmlinux && patched.IsNamed)
            context.Add(TableMessages.NamedVmlinux(context.Whole));
        if (name == ModuleName.Vmlinux || context.Tree.FindModule(name) is not null)
            return;
        string meant = ModuleName.FromPath(name);
        if (meant != name)
            context.Add(TableMessages.NoSuchObject(context.Whole, name, meant));
        else
            context.Add(TableMessages.ObjectUnknown(context.Whole, name, context.Release, context.QuestionOfObject(name)));
    }

    private static void CheckFunction(
        ValidationContext context, SymbolResolver resolver, TraceSites sites, string objectName, PatchedFunction function)
    {
        if (function.OldName.Length > context.Dialect.MaxSymbolNameLength)
        {
            context.Add(TableMessages.FunctionNameTooLong(
                context.PlaceOf(function.NewFunction), function.OldName, function.OldName.Length, context.Dialect.MaxSymbolNameLength));
            return;
        }

        KernelSymbol symbol = new(objectName, function.OldName, function.Sympos);
        SymbolFinding finding = resolver.Find(symbol, objectName);
        if (SectionLife.IsFreedOfModule(function.NewFunction.Section.Name, context.Module.Header.Machine))
            context.Add(TableMessages.NewFunctionFreed(
                context.PlaceOf(function.NewFunction),
                context.Describe(function.NewFunction),
                function.OldName,
                objectName,
                function.NewFunction.Section.Name));
        if (finding.Kind == SymbolFindingKind.Found)
        {
            if (resolver.Candidate(symbol) is { } candidate && sites.Has(objectName, candidate) == false)
                context.Add(TableMessages.NotTraceable(
                    context.PlaceOf(function.NewFunction), function.OldName, objectName, UntraceableCause.Of(objectName, candidate)));
            return;
        }

        if (finding.Kind != SymbolFindingKind.Unknown)
            context.Add(TableMessages.NotFound(context.PlaceOf(function.NewFunction), symbol, finding));
    }
}
