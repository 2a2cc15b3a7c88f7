namespace Klp.Livepatch.Generation;

/// <summary>What a module says of itself in its modinfo (include/linux/module.h).</summary>
public sealed record ModuleDescription
{
    /// <summary>MODULE_LICENSE; livepatch is for GPL-compatible modules only.</summary>
    public string License { get; init; } = "GPL";

    /// <summary>MODULE_AUTHOR, once each.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>MODULE_DESCRIPTION; empty for one that names the patched objects.</summary>
    public string Description { get; init; } = "";

    /// <summary>MODULE_VERSION; empty for none.</summary>
    public string Version { get; init; } = "";
}
