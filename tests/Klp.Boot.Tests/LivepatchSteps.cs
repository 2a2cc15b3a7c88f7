namespace Klp.Boot.Tests;

/// <summary>Steps of a livepatch's life, for scripts that do more than <see cref="LivepatchBoot"/>.</summary>
internal static class LivepatchSteps
{
    private static readonly TimeSpan TransitionLimit = TimeSpan.FromSeconds(20);

    /// <summary>Loads a livepatch and waits until every task runs the new functions.</summary>
    public static void Enable(this GuestScript script, string livepatch)
    {
        // Before 6.2 the kernel searches all its symbols for each that the livepatch uses.
        script.Add(GuestStep.Load(script.AddModule(livepatch)) with { Limit = TimeSpan.FromMinutes(1) });
        script.Add(GuestStep.WaitForContent(Folder(livepatch) + "/transition", "0", TransitionLimit));
    }

    /// <summary>Disables a livepatch, waits until every task runs the old functions, and unloads it.</summary>
    public static void Disable(this GuestScript script, string livepatch)
    {
        script.Add(GuestStep.Write(Folder(livepatch) + "/enabled", "0"));
        script.Add(GuestStep.WaitUntilGone(Folder(livepatch), TransitionLimit));
        script.Add(GuestStep.Unload(ModuleFile.Read(livepatch).Name));
    }

    /// <summary>Fails the test unless every step did what it should and the kernel did not complain.</summary>
    public static void AssertClean(this BootResult result)
    {
        Assert.True(result.Succeeded, string.Join('\n', [result.Describe(), .. result.Report.Steps, .. result.Report.Log]));
        Assert.True(result.Report.LogComplete);
        Assert.DoesNotContain(result.Report.Log, record => record.IsComplaint);
    }

    private static string Folder(string livepatch) => "/sys/kernel/livepatch/" + ModuleFile.Read(livepatch).Name;
}
