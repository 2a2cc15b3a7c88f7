using Klp.Elf.Model;

namespace Klp.Elf.Import;

/// <summary>What becomes of a symbol of another object.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of <see cref="ElfSymbolImportKind.Undefined"/>: the name.</param>
/// <param name="Other">Of <see cref="ElfSymbolImportKind.Replaced"/>: the symbol that takes its place.</param>
internal readonly record struct ElfSymbolImport(ElfSymbolImportKind Kind, string? Name = null, ElfSymbol? Other = null);
