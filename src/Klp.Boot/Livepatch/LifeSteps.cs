namespace Klp.Boot;

/// <summary>The steps of a livepatch's life, as indices in the script.</summary>
/// <param name="Name">The livepatch, as in /sys/kernel/livepatch.</param>
internal sealed record LifeSteps(string Name)
{
    /// <summary>How long the kernel may take to load a livepatch: before 6.2 it searches all its symbols for each that it uses.</summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromMinutes(1);

    public int Load { get; init; }

    public int Transition { get; init; }

    public int Disable { get; init; }

    public int Disabled { get; init; }

    public int Unload { get; init; }

    /// <summary>Its folder in the guest.</summary>
    public static string Folder(string livepatch) => $"/sys/kernel/livepatch/{livepatch}";

    /// <summary>Adds the loading of a livepatch.</summary>
    public static int AddLoad(GuestScript script, ModuleFile livepatch) =>
        script.Add(GuestStep.Load(script.AddModule(livepatch.Path)) with { Limit = LoadLimit });

    /// <summary>Adds the wait until every task runs the new functions.</summary>
    public static int AddTransition(GuestScript script, string name, TimeSpan limit) =>
        script.Add(GuestStep.WaitForContent($"{Folder(name)}/transition", "0", limit));

    /// <summary>Adds the disabling.</summary>
    public static int AddDisable(GuestScript script, string name) => script.Add(GuestStep.Write($"{Folder(name)}/enabled", "0"));

    /// <summary>Adds the wait until every task runs the old functions.</summary>
    public static int AddDisabled(GuestScript script, string name, TimeSpan limit) =>
        script.Add(GuestStep.WaitUntilGone(Folder(name), limit));

    /// <summary>Adds loading and transition.</summary>
    public static LifeSteps AddStart(GuestScript script, ModuleFile livepatch, TimeSpan limit) => new(livepatch.Name)
    {
        Load = AddLoad(script, livepatch),
        Transition = AddTransition(script, livepatch.Name, limit),
    };

    /// <summary>Adds disabling, transition and unloading.</summary>
    public LifeSteps AddEnd(GuestScript script, TimeSpan limit) => this with
    {
        Disable = AddDisable(script, Name),
        Disabled = AddDisabled(script, Name, limit),
        Unload = script.Add(GuestStep.Unload(Name)),
    };

    public LivepatchLife ToLife(IReadOnlyList<StepResult> steps) =>
        new(Name, steps[Load], steps[Transition], steps[Disable], steps[Disabled], steps[Unload]);
}
