namespace Klp.Kbuild.Patching;

/// <summary>Where a reference leads that does not stay in the livepatch.</summary>
/// <param name="Name">The symbol's name.</param>
/// <param name="Kind">How it is resolved: <c>export</c>, <c>livepatch</c>, <c>other unit</c> or <c>weak</c>.</param>
/// <param name="ObjectName">What provides it: <c>vmlinux</c> or a module's run-time name; null where livepatch does not resolve it.</param>
/// <param name="Position">0 where the name is unique in its object, else the position among those of that name, from 1.</param>
/// <param name="SourceFile">The file that defines it, with its path where that is known; null where nothing tells.</param>
public sealed record ExplainedReference(string Name, string Kind, string? ObjectName, ulong Position, string? SourceFile)
{
    /// <summary>The reference in a few words.</summary>
    public override string ToString() => Kind switch
    {
        "export" => $"{Name}, which vmlinux exports",
        "livepatch" => FormattableString.Invariant($"{ObjectName}:{Name}{(Position == 0 ? "" : $",{Position}")}, which livepatch resolves"),
        "other unit" => $"{Name}, which is new in another unit",
        _ => $"{Name}, which is weak and nowhere",
    };
}
