namespace Klp.Kbuild.Ide;

/// <summary>How clangd is to read a patched copy.</summary>
/// <param name="File">The copy, as an absolute path.</param>
/// <param name="Arguments">The arguments for clang without the file, the program's name first.</param>
public sealed record PatchedCommand(string File, IReadOnlyList<string> Arguments);
