namespace Klp.Kbuild.Options;

/// <summary>A part of the options for the compiler.</summary>
/// <param name="Text">The option as it is written; where it names a path by a link, without that.</param>
/// <param name="Link">The path from the stage's root that stands for a path of the user, or null.</param>
/// <param name="IsForAssembler">True when a source in assembler, which the C preprocessor reads as well, gets it too.</param>
internal sealed record CompileOption(string Text, string? Link, bool IsForAssembler)
{
    /// <summary>The option as make takes it.</summary>
    /// <param name="stageDirectory">The stage's folder.</param>
    internal string ToString(string stageDirectory) => Link is null ? Text : $"{Text}{stageDirectory}/{Link}";
}
