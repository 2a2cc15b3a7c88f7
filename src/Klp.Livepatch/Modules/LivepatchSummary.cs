using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;

namespace Klp.Livepatch.Modules;

/// <summary>What a livepatch module patches and what of the kernel it uses, for people and programs to read.</summary>
public sealed record LivepatchSummary
{
    /// <summary>The module's run-time name.</summary>
    public required string Name { get; init; }

    /// <summary>True when modinfo has the tag <c>livepatch</c>.</summary>
    public required bool IsLivepatch { get; init; }

    /// <summary>The architecture, such as <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>modinfo's <c>vermagic</c>, or null.</summary>
    public required string? VerMagic { get; init; }

    /// <summary>The modules that must be loaded first, from modinfo's <c>depends</c>.</summary>
    public required IReadOnlyList<string> Depends { get; init; }

    /// <summary>The patched objects with their functions.</summary>
    public required IReadOnlyList<SummaryObject> Patches { get; init; }

    /// <summary>The livepatch relocation sections in the order of the module.</summary>
    public required IReadOnlyList<SummarySection> Sections { get; init; }

    /// <summary>The livepatch symbols in the order of the symbol table.</summary>
    public required IReadOnlyList<SummarySymbol> Symbols { get; init; }

    /// <summary>The undefined symbols, which the module loader resolves.</summary>
    public required IReadOnlyList<string> Imports { get; init; }

    /// <summary>Sums a module up.</summary>
    /// <param name="livepatch">The module, converted or not.</param>
    public static LivepatchSummary Of(LivepatchModule livepatch)
    {
        ArgumentNullException.ThrowIfNull(livepatch);
        ElfObject module = livepatch.File;
        ModuleInfo info = livepatch.Info;
        List<ElfRelocationSection> sections = [.. livepatch.LivepatchSections];
        ILookup<ElfSymbol?, ElfRelocation> uses = sections
            .SelectMany(section => section.Relocations)
            .ToLookup(relocation => relocation.Symbol);
        return new LivepatchSummary
        {
            Name = livepatch.Name,
            IsLivepatch = info.IsLivepatch,
            Architecture = KernelArchitecture.For(module.Header.Machine)?.DisplayName ?? $"e_machine {(int)module.Header.Machine}",
            VerMagic = info.Find("vermagic"),
            Depends = (info.Find("depends") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries),
            Patches = [.. livepatch.Tables.Objects.Select(patched => new SummaryObject(
                patched.Name,
                [.. patched.Functions.Select(function => new SummaryFunction(
                    function.OldName,
                    function.Sympos,
                    livepatch.Index.SymbolAt(function.NewFunction, ElfSymbolType.Function)?.Name
                        ?? $"{function.NewFunction.Section.Name}+0x{function.NewFunction.Offset:x}"))]))],
            Sections = [.. sections.Select(section => new SummarySection(
                section.Name,
                LivepatchNames.ParseRelocationSection(section.Name) ?? "",
                section.InfoSection?.Name ?? "",
                section.Relocations.Count))],
            Symbols = [.. from symbol in module.Symbols
                          where symbol.IsLivepatch
                          let target = LivepatchNames.ParseSymbol(symbol.Name) ?? new KernelSymbol("", symbol.Name, 0)
                          select new SummarySymbol(target.ObjectName, target.Name, target.Sympos, uses[symbol].Count())],
            Imports = [.. module.Symbols
                .Skip(1)
                .Where(symbol => symbol.IsUndefined && symbol.Name.Length > 0)
                .Select(symbol => symbol.Name)],
        };
    }
}
