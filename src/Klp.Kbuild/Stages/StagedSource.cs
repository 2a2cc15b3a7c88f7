using Klp.Kbuild.Paths;

namespace Klp.Kbuild.Stages;

/// <summary>A source of the user and what stands for it in the stage.</summary>
/// <param name="Path">The user's file.</param>
/// <param name="ObjectName">
/// The object's name in the stage without <c>.o</c>: <c>c/meminfo</c>. The wrapper has the same name with
/// <see cref="Extension"/>.
/// </param>
/// <param name="Folder">The folder it is in.</param>
/// <param name="DisplayName">What stands for it in <c>__FILE__</c> and in line information.</param>
/// <param name="Link">The name of the symbolic link to the file itself, where its name is one that kbuild cannot take; else null.</param>
public sealed record StagedSource(string Path, string ObjectName, SourceFolder Folder, string DisplayName, string? Link)
{
    /// <summary>By it kbuild knows what a source is: <c>.c</c>, or <c>.S</c> of one in assembler.</summary>
    internal string Extension => System.IO.Path.GetExtension(Path);

    /// <summary>True of a source in assembler.</summary>
    internal bool IsAssembler => Extension == StageLayout.AssemblerExtension;

    /// <summary>The path by which the wrapper reaches the source, from the stage's root.</summary>
    internal string StagePath => Link ?? $"{Folder.Link}/{System.IO.Path.GetFileName(Path)}";
}
