namespace Klp.Kbuild.Building;

/// <summary>Which kernel is to be built for, and with what. Paths are absolute.</summary>
public sealed record KernelRequest
{
    /// <summary>The build directory of the kernel; empty where the user names none.</summary>
    public required string KernelTree { get; init; }

    /// <summary>The user's cache folder, under which symbol databases are shared.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>The kernel's vmlinux, or what was split from it, where the tree does not have it; null to look for it.</summary>
    public string? Vmlinux { get; init; }

    /// <summary>The prefix of the compiler; empty to take the usual one of the kernel's architecture.</summary>
    public string CrossCompile { get; init; } = "";

    /// <summary>A symbol database that exists already, to use instead of making one; null to make one.</summary>
    public string? SymbolDatabase { get; init; }

    /// <summary>Modules that were built outside the kernel tree, which the livepatch patches or uses.</summary>
    public IReadOnlyList<string> ExternalModules { get; init; } = [];

    /// <summary>The names of the environment variables that kbuild gets, besides those by which no other module is made.</summary>
    public IReadOnlyList<string> EnvironmentVariables { get; init; } = [];

    /// <summary>Files whose times are part of the answers, as those of the kernel tree are.</summary>
    public IReadOnlyList<string> Watched { get; init; } = [];
}
