namespace Klp.Livepatch.Generation;

/// <summary>A livepatch as its project describes it: what the klp_patch and its tables are generated from.</summary>
public sealed record PatchDescription
{
    /// <summary>The functions to patch, in the order of the project.</summary>
    public required IReadOnlyList<DescribedFunction> Functions { get; init; }

    /// <summary>The patched objects of which the project says more than their functions, in its order.</summary>
    public IReadOnlyList<DescribedObject> Objects { get; init; } = [];

    /// <summary>The states of the system that the livepatch modifies, in the order of the project.</summary>
    public IReadOnlyList<DescribedState> States { get; init; } = [];

    /// <summary>True for an atomic replace: all livepatches before it go when it comes.</summary>
    public bool Replace { get; init; }

    /// <summary>What the module says of itself.</summary>
    public ModuleDescription Module { get; init; } = new();

    /// <summary>The patched objects by name, in the order in which the project names them first.</summary>
    internal IReadOnlyList<string> ObjectNames =>
        [.. Functions.Select(function => function.ObjectName)
            .Concat(Objects.Select(patched => patched.Name))
            .Distinct(StringComparer.Ordinal)];

    /// <summary>The callbacks of all objects.</summary>
    internal IEnumerable<DescribedCallback> Callbacks => Objects.SelectMany(patched => patched.Callbacks);
}
