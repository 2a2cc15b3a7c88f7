using Klp.DebugInfo.Btf;
using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Types;
using Klp.Elf.Model;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>
/// What the kernel does not check and debug information tells: whether a new function has the prototype of the one that it
/// replaces, and whether that one has copies inlined elsewhere, which go on as before.
/// </summary>
internal sealed class FunctionAdvice
{
    private readonly ValidationContext context;
    private readonly SymbolResolver resolver;
    private readonly KernelDebugInfo debug;
    private readonly Lazy<IReadOnlyList<DwarfFunction>> own;
    private readonly Lazy<BtfTypes?> ownTypes;

    private FunctionAdvice(ValidationContext context, SymbolResolver resolver)
    {
        this.context = context;
        this.resolver = resolver;
        debug = context.Tree.DebugInfo;
        own = new Lazy<IReadOnlyList<DwarfFunction>>(() => DwarfInfo.Read(context.Module)?.FindFunctions() ?? []);
        ownTypes = new Lazy<BtfTypes?>(() => debug.Read(context.Module));
    }

    internal static void Check(ValidationContext context, SymbolResolver resolver)
    {
        FunctionAdvice advice = new(context, resolver);
        foreach (PatchedObject patched in context.Tables.Objects)
            advice.CheckObject(patched);
    }

    private void CheckObject(PatchedObject patched)
    {
        // A suffix as in .isra.0 means that the compiler changed the prototype.
        PatchedFunction[] functions = [.. patched.Functions.Where(function => !function.OldName.Contains('.', StringComparison.Ordinal))];
        if (functions.Length == 0)
            return;
        IReadOnlyList<KernelFunction> known = debug.FindFunctions(
            patched.Name, [.. functions.Select(function => function.OldName).Distinct()]);
        foreach (PatchedFunction function in functions)
        {
            KernelSymbol symbol = new(patched.Name, function.OldName, function.Sympos);
            if (resolver.Find(symbol, patched.Name).Kind != SymbolFindingKind.Found)
                continue;
            bool isOnly = context.Symbols.Count(patched.Name, function.OldName) == 1;
            KernelFunction? old = Choose([.. known.Where(each => each.Name == function.OldName)], resolver.Candidate(symbol), isOnly);
            CheckPrototype(patched.Name, function, old?.Type ?? (isOnly ? debug.FindType(patched.Name, function.OldName) : null));
            if (old is not null)
                CheckCopies(patched, function, old);
        }
    }

    // Debug information leaves out the NOPs for ftrace at a function's start. The start of a function in several pieces is
    // not told; then its name has to do.
    private static KernelFunction? Choose(IReadOnlyList<KernelFunction> all, SymbolCandidate? symbol, bool isOnly) =>
        all.FirstOrDefault(
            function => symbol is not null
                && IsIn(function.Address, symbol.Value, symbol.Size)
                && (function.SectionName is null || function.SectionName == symbol.SectionName))
        ?? (isOnly && all is [{ Address: null } only] ? only : null);

    private static bool IsIn(ulong? address, ulong start, ulong size) => address >= start && address - start < Math.Max(size, 1);

    private void CheckPrototype(string objectName, PatchedFunction function, DebugType? old)
    {
        if (old is null
            || context.FunctionAt(function.NewFunction) is not { Name: var name } symbol
            || NewType(symbol) is not { } type
            || Prototype.CanReplace(type, old))
        {
            return;
        }

        context.Add(TableMessages.PrototypeDiffers(
            context.PlaceOf(function.NewFunction), type.Declare(name), function.OldName, objectName, old.Declare(function.OldName)));
    }

    private DebugType? NewType(ElfSymbol symbol)
    {
        DwarfFunction? found = own.Value.FirstOrDefault(
            each => each.Section == symbol.Section && IsIn(each.Address, symbol.Value, symbol.Size))
            ?? (own.Value.Where(each => each.Name == symbol.Name).ToArray() is [{ Address: null } only] ? only : null);
        return found is null ? ownTypes.Value?.FindFunction(symbol.Name) : found.HasPrototype ? found.Type : null;
    }

    private void CheckCopies(PatchedObject patched, PatchedFunction function, KernelFunction old)
    {
        // Debug information has the names of the source, without .isra.0.
        string[] callers = [.. old.InlinedInto.Except(patched.Functions.Select(each => each.OldName.Split('.')[0]))];
        if (callers.Length > 0)
            context.Add(TableMessages.InlinedElsewhere(context.PlaceOf(function.NewFunction), function.OldName, patched.Name, callers));
    }
}
