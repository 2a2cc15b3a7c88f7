using Klp.Boot.Script;

namespace Klp.Boot.Livepatch;

/// <summary>The steps of a livepatch's life.</summary>
internal static class LifeSteps
{
    /// <summary>How long the kernel may take to load a livepatch: before 6.2 it searches all its symbols for each that it uses.</summary>
    private static readonly TimeSpan LoadLimit = TimeSpan.FromMinutes(1);

    /// <summary>The folder of a livepatch in the guest.</summary>
    public static string Folder(string livepatch) => $"/sys/kernel/livepatch/{livepatch}";

    /// <summary>Adds the loading of a livepatch.</summary>
    /// <returns>The step's index.</returns>
    public static int AddLoad(GuestScript script, ModuleFile livepatch) =>
        script.Add(GuestStep.Load(script.AddModule(livepatch.Path)) with { Limit = LoadLimit });

    /// <summary>Adds the wait until every task runs the new functions.</summary>
    /// <returns>The step's index.</returns>
    public static int AddTransition(GuestScript script, string name, TimeSpan limit) =>
        script.Add(GuestStep.WaitForContent($"{Folder(name)}/transition", "0", limit));

    /// <summary>Adds the disabling.</summary>
    /// <returns>The step's index.</returns>
    public static int AddDisable(GuestScript script, string name) => script.Add(GuestStep.Write($"{Folder(name)}/enabled", "0"));

    /// <summary>Adds the wait until every task runs the old functions.</summary>
    /// <returns>The step's index.</returns>
    public static int AddDisabled(GuestScript script, string name, TimeSpan limit) =>
        script.Add(GuestStep.WaitUntilGone(Folder(name), limit));

    /// <summary>Adds loading and transition.</summary>
    public static void AddStart(GuestScript script, ModuleFile livepatch, TimeSpan limit)
    {
        AddLoad(script, livepatch);
        AddTransition(script, livepatch.Name, limit);
    }

    /// <summary>Adds disabling, transition and unloading.</summary>
    public static void AddEnd(GuestScript script, string name, TimeSpan limit)
    {
        AddDisable(script, name);
        AddDisabled(script, name, limit);
        script.Add(GuestStep.Unload(name));
    }
}
