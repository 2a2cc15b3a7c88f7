namespace Klp.Elf.Constants;

/// <summary>The binding in the upper four bits of <c>st_info</c> (gABI, "Symbol Table").</summary>
public enum ElfSymbolBinding
{
    /// <summary><c>STB_LOCAL</c> (0): not visible outside the file.</summary>
    Local = 0,

    /// <summary><c>STB_GLOBAL</c> (1): visible to all files being combined.</summary>
    Global = 1,

    /// <summary><c>STB_WEAK</c> (2): global with lower precedence; may stay undefined.</summary>
    Weak = 2,
}
