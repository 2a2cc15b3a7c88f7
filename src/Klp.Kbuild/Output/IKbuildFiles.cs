namespace Klp.Kbuild.Output;

/// <summary>What <see cref="KbuildOutputParser"/> asks about the files that tools name.</summary>
public interface IKbuildFiles
{
    /// <summary>The real file of a path in a tool's output.</summary>
    /// <param name="path">Absolute, or from the stage's root (since 6.13), or from the kernel's build directory (before).</param>
    CompilerFile Resolve(string path);

    /// <summary>Whether a program's file exists.</summary>
    /// <param name="path">As <see cref="Resolve"/> takes it.</param>
    bool Exists(string path);

    /// <summary>The source line of a symbol in an object, or null.</summary>
    /// <param name="objectPath">The object as a tool names it.</param>
    /// <param name="symbol">A symbol that the object defines.</param>
    /// <param name="offset">Offset from the symbol in bytes.</param>
    ParsedPlace? Locate(string objectPath, string symbol, ulong offset);
}
