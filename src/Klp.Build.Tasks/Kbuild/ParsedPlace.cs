using Klp.Livepatch.Diagnostics;

namespace Klp.Build.Tasks.Kbuild;

/// <summary>A place that a tool's message names; numbers are 0 where it names none.</summary>
internal sealed record ParsedPlace(CompilerFile File, int Line, int Column)
{
    internal SourcePlace ToSourcePlace() => new(File.Path, Line, Column);

    public override string ToString() => Column > 0 ? $"{File.Path}:{Line}:{Column}" : Line > 0 ? $"{File.Path}:{Line}" : File.Path;
}
