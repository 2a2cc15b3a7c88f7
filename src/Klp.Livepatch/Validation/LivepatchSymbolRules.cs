using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>
/// The names of livepatch symbols and what the kernel finds by them (kernel/livepatch/core.c, klp_resolve_symbols and
/// klp_find_object_symbol).
/// </summary>
internal static class LivepatchSymbolRules
{
    internal static void Check(ValidationContext context, SymbolResolver resolver)
    {
        foreach (ElfSymbol symbol in context.Module.Symbols)
        {
            // The kernel reads the names of those that livepatch relocations refer to, and no others.
            if (symbol.IsLivepatch && LivepatchUses(context, symbol).Any())
                CheckName(context, symbol, resolver);
            else if (!symbol.IsLivepatch && symbol.Name.StartsWith(LivepatchNames.SymbolPrefix, StringComparison.Ordinal))
                CheckUnmarked(context, symbol);
        }
    }

    // The module loader takes it for an import, and a weak one may stay undefined, which is a null pointer where it is used.
    private static void CheckUnmarked(ValidationContext context, ElfSymbol symbol)
    {
        bool isWeak = symbol.Binding == ElfSymbolBinding.Weak;
        // Where a livepatch relocation refers to it, that has its own finding.
        if (!symbol.IsUndefined || (isWeak && context.UsesOf(symbol).Count == 0) || LivepatchUses(context, symbol).Any())
            return;
        string outcome = isWeak
            ? "leave it undefined, as it is weak, and its users would have null pointers"
            : "refuse it as an unknown symbol";
        Malformed(
            context,
            symbol,
            $"is not marked with the section index SHN_LIVEPATCH (0xff20): the module loader would {outcome}");
    }

    // Those that lack their flag have a finding for that, and are to be right when it is mended.
    private static IEnumerable<ElfRelocationSection> LivepatchUses(ValidationContext context, ElfSymbol symbol) => context.UsesOf(symbol)
        .Select(use => use.Section)
        .Where(
            section => section.Flags.HasFlag(ElfSectionFlags.RelaLivepatch)
                || section.Name.StartsWith(LivepatchNames.RelocationSectionPrefix, StringComparison.Ordinal))
        .Where(section => LivepatchNames.ParseRelocationSection(section.Name) is not { } objectName || !context.IsNeverApplied(objectName));

    private static void CheckName(ValidationContext context, ElfSymbol symbol, SymbolResolver resolver)
    {
        string refused = $"The kernel would refuse the livepatch: \"symbol {symbol.Name} has an incorrectly formatted name\"";
        if (LivepatchNames.ParseSymbol(symbol.Name) is not { } target)
        {
            Malformed(context, symbol, $"is not named {LivepatchNames.SymbolPrefix}<object>.<name>,<position>. {refused}");
            return;
        }

        if (target.ObjectName.Length > ModuleName.MaxLength || target.Name.Length > context.Dialect.MaxSymbolNameLength)
        {
            Malformed(
                context,
                symbol,
                $"has too long a name: an object's has at most {ModuleName.MaxLength} characters, a symbol's "
                + $"{context.Dialect.MaxSymbolNameLength}. {refused}");
            return;
        }

        string resolvedWith = ResolvedWith(context, symbol);
        // As a module of that name loads, it is there; that this kernel has none is said of the section.
        if (!context.Knows(target.ObjectName) && resolvedWith != target.ObjectName)
        {
            context.Add(LivepatchSymbolMessages.ObjectUnknown(
                context.PlaceOf(symbol), symbol.Name, target, context.Release, resolvedWith, context.QuestionOfObject(target.ObjectName)));
            return;
        }

        if (LivepatchSymbolMessages.NotFound(
            context.PlaceOf(symbol), symbol.Name, target, resolver.Find(target, resolvedWith)) is { } problem)
        {
            context.Add(problem);
        }
        else if (resolver.FreedSection(target) is { } section)
            context.Add(LivepatchSymbolMessages.InFreedSection(context.PlaceOf(symbol), symbol.Name, section, target.Name));
    }

    // The object whose loading resolves the symbol; vmlinux as the livepatch itself loads.
    private static string ResolvedWith(ValidationContext context, ElfSymbol symbol) =>
        LivepatchUses(context, symbol)
            .Select(section => LivepatchNames.ParseRelocationSection(section.Name))
            .FirstOrDefault(name => name is not null)
            ?? ModuleName.Vmlinux;

    private static void Malformed(ValidationContext context, ElfSymbol symbol, string problem) =>
        context.Add(LivepatchSymbolMessages.Malformed(context.PlaceOf(symbol), symbol.Name, problem));
}
