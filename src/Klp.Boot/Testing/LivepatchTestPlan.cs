using Klp.Boot.Host;
using Klp.Boot.Livepatch;

namespace Klp.Boot.Testing;

/// <summary>What to test on one kernel.</summary>
public sealed record LivepatchTestPlan
{
    /// <summary>What results call the kernel: its release, unless the project gives it a folder of another name.</summary>
    public required string Kernel { get; init; }

    /// <summary>The directory of the built kernel, or of a distribution's headers.</summary>
    public required string KernelTree { get; init; }

    /// <summary>Prefix of the compiler for the guest's programs; null for the usual one of the architecture.</summary>
    public string? CrossCompile { get; init; }

    /// <summary>Modules that were built outside the kernel tree, as paths.</summary>
    public IReadOnlyList<string> ExternalModules { get; init; } = [];

    /// <summary>The livepatches, as paths, in the order of loading; they are disabled and unloaded in reverse.</summary>
    public required IReadOnlyList<string> Livepatches { get; init; }

    /// <summary>Modules to load first, besides those that are patched.</summary>
    public IReadOnlyList<ModuleToLoad> LoadBefore { get; init; } = [];

    /// <summary>Modules to load once the livepatches are in force; they stay to the end.</summary>
    public IReadOnlyList<ModuleToLoad> LoadAfter { get; init; } = [];

    /// <summary>What files of the guest have to show.</summary>
    public IReadOnlyList<BootCheck> Checks { get; init; } = [];

    /// <summary>Programs that test the livepatch in the guest.</summary>
    public IReadOnlyList<BootProgram> Programs { get; init; } = [];

    /// <summary>Files of the guest to show before, while and after the livepatches are in force.</summary>
    public IReadOnlyList<string> Show { get; init; } = [];

    /// <summary>A static busybox of the kernel's architecture, which runs the scripts; null for none.</summary>
    public string? Busybox { get; init; }

    /// <summary>How long a transition may take, in either direction.</summary>
    public TimeSpan TransitionLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Limits and sizes of the guest.</summary>
    public BootOptions Guest { get; init; } = new();
}
