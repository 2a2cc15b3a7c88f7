namespace Klp.DebugInfo.Types;

/// <summary>
/// What a compiled file declares. Types are described by texts that are equal for types which are the same to compiled code:
/// aliases and qualifiers do not count, integers are their size and sign (<c>u32</c>), tags are tags. What a type is made from
/// comes before it: <c>s32 (struct file *, u64) *</c> is a pointer to a function.
/// </summary>
public sealed record DebugDeclarations
{
    /// <summary>The types that are defined, by their names; blocks may define several of a name.</summary>
    public required ILookup<string, DebugLayout> Layouts { get; init; }

    /// <summary>The types of functions, defined or declared, by their names.</summary>
    public required ILookup<string, string> Functions { get; init; }

    /// <summary>The types of variables outside of functions, by their names.</summary>
    public required ILookup<string, string> Variables { get; init; }

    /// <summary>The types of variables inside of functions, static or not, by their names.</summary>
    public required ILookup<string, string> Locals { get; init; }

    /// <summary>The values of enumerations that have neither a tag nor an alias, by their names.</summary>
    public required ILookup<string, string> Constants { get; init; }

    /// <summary>False where debug information is damaged, or refers to what is not in the file: then types may be missing.</summary>
    public required bool IsWhole { get; init; }
}
