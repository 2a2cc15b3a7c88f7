using Klp.Kernel.Files;

namespace Klp.Tool.Output;

/// <summary>Standard input and output as files, for arguments that are <c>-</c>.</summary>
internal static class StandardStreams
{
    /// <summary>The argument that stands for them.</summary>
    internal const string Name = "-";

    /// <summary>Standard input.</summary>
    internal static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>All bytes of a file, or of standard input.</summary>
    internal static byte[] Read(string path)
    {
        if (path != Name)
            return InputFile.ReadAllBytes(path);
        using MemoryStream bytes = new();
        using Stream input = OpenInput();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Writes bytes to standard output.</summary>
    internal static void Write(byte[] bytes)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(bytes);
    }
}
