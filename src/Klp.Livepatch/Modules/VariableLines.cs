using System.Text.RegularExpressions;
using Klp.DebugInfo.Dwarf;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Files;

namespace Klp.Livepatch.Modules;

/// <summary>
/// The source lines of a module's variables, for messages: the line tables have only code, and compilers tell no more about a
/// local variable with -g1. So the source itself is looked at, the file that the line tables name.
/// </summary>
/// <param name="module">The module.</param>
/// <param name="lines">Its line tables.</param>
internal sealed class VariableLines(ElfObject module, DwarfLineTable lines)
{
    private readonly Lazy<string[]> sources = new(
        () => [.. lines.Files.Where(file => file.EndsWith(".c", StringComparison.Ordinal) && File.Exists(file))]);

    /// <summary>The line of a variable's definition.</summary>
    /// <param name="variable">A symbol of the module.</param>
    /// <returns>
    /// The file as the line tables have it and the line, 1-based; null where the source is not at hand or does not show it.
    /// </returns>
    internal (string File, int Line)? Find(ElfSymbol variable)
    {
        string? own = variable.Binding == ElfSymbolBinding.Local ? FileOf(variable) : null;
        // Compilers put a dot and a number behind the name of a variable that is static in a function.
        Regex word = new($@"\b{Regex.Escape(variable.Name.Split('.')[0])}\b", RegexOptions.CultureInvariant);
        foreach (string source in sources.Value.Where(source => own is null || Path.GetFileName(source) == own))
        {
            string[] text = SourceLines.Read(source);
            int line = Array.FindIndex(
                text,
                each => word.IsMatch(each)
                    && (each.Contains('=', StringComparison.Ordinal) || each.Contains('{', StringComparison.Ordinal)));
            if (line < 0)
                line = Array.FindIndex(text, word.IsMatch);
            if (line >= 0)
                return (source, line + 1);
        }

        return null;
    }

    // A local symbol follows the STT_FILE symbol of its file (gABI, "Symbol Table").
    private string? FileOf(ElfSymbol variable) =>
        module.Symbols.TakeWhile(symbol => symbol != variable).LastOrDefault(symbol => symbol.Type == ElfSymbolType.File)?.Name;
}
