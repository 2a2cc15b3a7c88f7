namespace Klp.Kbuild.Paths;

/// <summary>A folder with sources, which the stage reaches by a symbolic link.</summary>
/// <param name="Link">The link's name in the stage: <c>s0</c>.</param>
/// <param name="Path">The folder.</param>
/// <param name="Prefix">
/// What stands for the folder in <c>__FILE__</c> and in line information: empty, or a path that ends in <c>/</c>.
/// </param>
public sealed record SourceFolder(string Link, string Path, string Prefix);
