using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Elf.Index;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Generation;

/// <summary>
/// What the sources of a project have to have, and must not have, where its tables are generated. Looks at what the compiler
/// made of them, because macros and conditions may hide it in the text.
/// </summary>
/// <param name="patch">The description.</param>
/// <param name="sources">The project's own sources.</param>
/// <param name="objects">What the module is linked from besides, of which only the functions count.</param>
/// <param name="diagnostics">Receives what is wrong; places in sources are as line information has them.</param>
public sealed class CompiledSourceRules(
    PatchDescription patch, IReadOnlyList<CompiledSource> sources, IReadOnlyList<ElfObject> objects, DiagnosticBag diagnostics)
{
    private static readonly string[] EnablingFunctions = ["klp_enable_patch", "klp_register_patch"];

    // What module_init and module_exit make.
    private static readonly string[] ModuleFunctions = ["init_module", "cleanup_module"];

    /// <summary>Checks all of them.</summary>
    public void Check()
    {
        foreach (CompiledSource source in sources)
            CheckHandWritten(source);
        if (diagnostics.HasErrors)
            return;

        HashSet<string> defined = [.. sources.Select(source => source.Compiled).Concat(objects).SelectMany(GlobalFunctions)];
        string[] names = [.. defined.Order(StringComparer.Ordinal)];
        foreach (DescribedFunction function in patch.Functions.Where(function => !defined.Contains(function.NewName)))
        {
            diagnostics.Add(FindStatic(function.NewName) is { } local
                ? DescriptionMessages.NewFunctionStatic(function, local)
                : DescriptionMessages.NewFunctionMissing(function, names));
        }

        foreach (DescribedObject described in patch.Objects)
        {
            foreach (DescribedCallback callback in described.Callbacks.Where(callback => !defined.Contains(callback.FunctionName)))
            {
                diagnostics.Add(FindStatic(callback.FunctionName) is { } local
                    ? DescriptionMessages.CallbackStatic(described, callback, local)
                    : DescriptionMessages.CallbackMissing(described, callback, names));
            }
        }
    }

    private void CheckHandWritten(CompiledSource source)
    {
        string generated = DescriptionMessages.Generated(patch);
        if (source.Compiled.Symbols.FirstOrDefault(symbol => symbol.IsUndefined && EnablingFunctions.Contains(symbol.Name)) is { } enabling)
            diagnostics.Add(DescriptionMessages.TablesByHand(
                PlaceOf(source, Uses(source).PlaceOf(enabling)), Path.GetFileName(source.Path), enabling.Name, generated));
        else if (source.Compiled.Symbols.FirstOrDefault(
            symbol => symbol.Section is not null && ModuleFunctions.Contains(symbol.Name)) is { } own)
        {
            diagnostics.Add(DescriptionMessages.InitByHand(
                PlaceOf(source, Uses(source).PlaceOf(new ElfPlace(own.Section!, own.Value))),
                Path.GetFileName(source.Path),
                own.Name == ModuleFunctions[0] ? "module_init" : "module_exit",
                generated));
        }
    }

    private SourcePlace? FindStatic(string name) =>
        sources.Select(source => FindStatic(source.Path, name)).FirstOrDefault(found => found is not null);

    // The compiler drops a static function that nothing uses, so only the text still has it. Where it errs, the advice does.
    private static SourcePlace? FindStatic(string path, string name)
    {
        string text = File.ReadAllText(path);
        Match match = Regex.Match(
            text, $@"\bstatic\b[^;{{}}=]*?\b{Regex.Escape(name)}\s*\(", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return match.Success ? new SourcePlace(path, text.AsSpan(0, match.Index + match.Length).Count('\n') + 1) : null;
    }

    private static IEnumerable<string> GlobalFunctions(ElfObject module) =>
        module.Symbols
            .Where(symbol => symbol is { Type: ElfSymbolType.Function, Section: not null } && symbol.Binding != ElfSymbolBinding.Local)
            .Select(symbol => symbol.Name);

    // Without line information there is only the object's name, which the user does not know.
    private static SymbolUses Uses(CompiledSource source) => new(source.Compiled, new ElfIndex(source.Compiled));

    private static SourcePlace PlaceOf(CompiledSource source, SourcePlace place) =>
        place.File == source.Compiled.FileName ? new SourcePlace(source.Path) : place;
}
