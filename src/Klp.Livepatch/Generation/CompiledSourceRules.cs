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
/// <param name="diagnostics">Receives what is wrong; places in sources are as line information has them.</param>
public sealed class CompiledSourceRules(PatchDescription patch, IReadOnlyList<CompiledSource> sources, DiagnosticBag diagnostics)
{
    private const int MostNames = 10;

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

        HashSet<string> defined = [.. sources.SelectMany(source => GlobalFunctions(source.Compiled))];
        foreach (DescribedFunction function in patch.Functions.Where(function => !defined.Contains(function.NewName)))
            Missing(function.NewName, $"The KlpFunction '{function.Name}' is to be replaced by '{function.NewName}'", "or name the one that it is with the item's metadata With", function.Place, defined);
        foreach (DescribedObject described in patch.Objects)
        {
            foreach (DescribedCallback callback in described.Callbacks.Where(callback => !defined.Contains(callback.FunctionName)))
                Missing(callback.FunctionName, $"{callback.Kind} of the KlpObject '{described.Name}' is '{callback.FunctionName}'", $"or correct {callback.Kind}", described.Place, defined);
        }
    }

    private void CheckHandWritten(CompiledSource source)
    {
        string generated = $"The tables, the init and the exit function of the livepatch are generated too, because of {FirstItem()}.";
        if (source.Compiled.Symbols.FirstOrDefault(symbol => symbol.IsUndefined && EnablingFunctions.Contains(symbol.Name)) is { } enabling)
            diagnostics.AddError(DiagnosticCodes.TablesTwice, $"{Path.GetFileName(source.Path)} has a klp_patch of its own: it calls {enabling.Name}(). {generated} Remove the items, or from the source the klp_patch with its tables, module_init() and module_exit().", PlaceOf(source, Uses(source).PlaceOf(enabling)));
        else if (source.Compiled.Symbols.FirstOrDefault(symbol => symbol.Section is not null && ModuleFunctions.Contains(symbol.Name)) is { } own)
            diagnostics.AddError(DiagnosticCodes.TablesTwice, $"{Path.GetFileName(source.Path)} has {(own.Name == ModuleFunctions[0] ? "module_init()" : "module_exit()")}. {generated} A module has one of each: do the work in callbacks, with PrePatch and PostUnpatch of a KlpObject, or write the tables by hand.", PlaceOf(source, Uses(source).PlaceOf(new ElfPlace(own.Section!, own.Value))));
    }

    private string FirstItem()
    {
        (string item, SourcePlace? place) = patch.Functions is [var function, ..]
            ? ($"the KlpFunction '{function.Name}'", function.Place)
            : ($"the KlpObject '{patch.Objects[0].Name}'", patch.Objects[0].Place);
        return place is null ? item : $"{item} in {place.File}{(place.Line > 0 ? $":{place.Line}" : "")}";
    }

    private void Missing(string name, string demand, string correction, SourcePlace? place, HashSet<string> defined)
    {
        if (sources.Select(source => FindStatic(source.Path, name)).FirstOrDefault(found => found is not null) is { } local)
        {
            diagnostics.AddError(DiagnosticCodes.NewFunctionMissing, $"{demand}, which is static in {local.File}:{local.Line}: the generated tables, a source of their own, cannot name it. Remove static.", place);
            return;
        }

        string[] names = [.. defined.Order(StringComparer.Ordinal)];
        string known = names.Length == 0 ? "They define no function that is not static." : $"They define {string.Join(", ", names.Take(MostNames))}{(names.Length > MostNames ? " and others" : "")}.";
        diagnostics.AddError(DiagnosticCodes.NewFunctionMissing, $"{demand}, a function that no source of the project defines. {known} Define it, {correction}.", place);
    }

    // The compiler drops a static function that nothing uses, so only the text still has it. Where it errs, the advice does.
    private static SourcePlace? FindStatic(string path, string name)
    {
        string text = File.ReadAllText(path);
        Match match = Regex.Match(text, $@"\bstatic\b[^;{{}}=]*?\b{Regex.Escape(name)}\s*\(", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return match.Success ? new SourcePlace(path, text.AsSpan(0, match.Index + match.Length).Count('\n') + 1) : null;
    }

    private static IEnumerable<string> GlobalFunctions(ElfObject module) =>
        module.Symbols.Where(symbol => symbol is { Type: ElfSymbolType.Function, Section: not null } && symbol.Binding != ElfSymbolBinding.Local).Select(symbol => symbol.Name);

    // Without line information there is only the object's name, which the user does not know.
    private static SymbolUses Uses(CompiledSource source) => new(source.Compiled, new ElfIndex(source.Compiled));

    private static SourcePlace PlaceOf(CompiledSource source, SourcePlace place) => place.File == source.Compiled.FileName ? new SourcePlace(source.Path) : place;
}
