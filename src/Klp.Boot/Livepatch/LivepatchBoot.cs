namespace Klp.Boot;

/// <summary>
/// The whole life of livepatches on a real kernel: load, come into force, be disabled, unload;
/// with a look at files before, meanwhile and after.
/// </summary>
public sealed record LivepatchBoot
{
    /// <summary>The kernel to boot.</summary>
    public required KernelUnderTest Kernel { get; init; }

    /// <summary>The .ko files, in the order of loading; they are disabled and unloaded in reverse.</summary>
    public required IReadOnlyList<string> Livepatches { get; init; }

    /// <summary>
    /// Modules to load before the livepatches. What a module or livepatch depends on is loaded
    /// before it by itself, from here, from <see cref="LoadAfter"/> or from the kernel tree.
    /// </summary>
    public IReadOnlyList<ModuleToLoad> LoadBefore { get; init; } = [];

    /// <summary>Modules to load once the livepatches are in force; they stay to the end.</summary>
    public IReadOnlyList<ModuleToLoad> LoadAfter { get; init; } = [];

    /// <summary>Files of the guest to look at, such as /proc/meminfo.</summary>
    public IReadOnlyList<string> Show { get; init; } = [];

    /// <summary>How long a transition may take, in either direction.</summary>
    public TimeSpan TransitionLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Limits and sizes of the guest; null for the default ones.</summary>
    public BootOptions? Options { get; init; }

    /// <summary>Boots the kernel and lets the livepatches live.</summary>
    /// <param name="cancellation">Ends the guest and the call.</param>
    /// <exception cref="BootSetupException">A module is missing, or something needed is not installed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; the guest has ended.</exception>
    public async Task<LivepatchBootResult> RunAsync(CancellationToken cancellation = default)
    {
        var script = new GuestScript();
        ModuleFile[] livepatches = [.. Livepatches.Select(ModuleFile.Read)];
        var loader = new ModuleLoader(Kernel, script, [.. LoadBefore, .. LoadAfter]);

        foreach (ModuleToLoad module in LoadBefore)
            loader.Load(module);
        foreach (ModuleFile livepatch in livepatches)
            loader.LoadDependencies(livepatch);
        int[] before = AddShow(script);

        LifeSteps[] lives = [.. livepatches.Select(livepatch => LifeSteps.AddStart(script, livepatch, TransitionLimit))];
        foreach (ModuleToLoad module in LoadAfter)
            loader.Load(module);
        int[] patched = AddShow(script);

        for (int i = lives.Length - 1; i >= 0; i--)
            lives[i] = lives[i].AddEnd(script, TransitionLimit);
        int[] after = AddShow(script);

        BootResult boot = await GuestBoot.RunAsync(Kernel, script, Options, cancellation).ConfigureAwait(false);
        IReadOnlyList<StepResult> steps = boot.Report.Steps;
        return new LivepatchBootResult
        {
            Boot = boot,
            Livepatches = [.. lives.Select(life => life.ToLife(steps))],
            Files = [.. Show.Select((path, i) => new ShownFile(path, steps[before[i]], steps[patched[i]], steps[after[i]]))],
            Modules = [.. loader.Steps.Select(step => steps[step])],
        };
    }

    private int[] AddShow(GuestScript script) => [.. Show.Select(path => script.Add(GuestStep.Read(path)))];
}
