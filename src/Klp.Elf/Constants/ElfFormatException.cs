namespace Klp.Elf.Constants;

/// <summary>
/// A file is not the well-formed ELF64 file that was asked for. The message names the file, the place in it and the offending
/// value.
/// </summary>
public sealed class ElfFormatException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public ElfFormatException()
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">What is wrong, and where.</param>
    public ElfFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    /// <param name="message">What is wrong, and where.</param>
    /// <param name="innerException">The cause.</param>
    public ElfFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception for a file.</summary>
    /// <param name="fileName">The file as the user knows it.</param>
    /// <param name="problem">What is wrong, and where in the file.</param>
    public ElfFormatException(string fileName, string problem)
        : base($"{fileName}: {problem}")
    {
        FileName = fileName;
    }

    /// <summary>The file as the user knows it, or null when not known.</summary>
    public string? FileName { get; }
}
