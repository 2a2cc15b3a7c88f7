namespace Klp.Kernel.Symbols;

/// <summary>The text format of a symbol database, which klp-convert introduced.</summary>
internal static class SymbolDatabaseFormat
{
    /// <summary>The first line.</summary>
    internal const string Header = "klp-convert-symbol-data.0.1";

    /// <summary>The first line as the oldest documents have it.</summary>
    internal const string OlderHeader = "klp-convert-symbol-data-.0.1";

    /// <summary>Starts the line of an object; the symbols after it are the object's.</summary>
    internal const byte ObjectMark = (byte)'*';

    /// <summary>Starts the name of the symbol that says that the rest of its name is exported.</summary>
    internal const string ExportPrefix = "__ksymtab_";
}
