using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>A place that a tool's message names; numbers are 0 where it names none.</summary>
public sealed record ParsedPlace(CompilerFile File, int Line, int Column)
{
    internal SourcePlace ToSourcePlace() => new(File.Path, Line, Column);

    /// <inheritdoc/>

    public override string ToString() => Column > 0 ? $"{File.Path}:{Line}:{Column}" : Line > 0 ? $"{File.Path}:{Line}" : File.Path;
}
