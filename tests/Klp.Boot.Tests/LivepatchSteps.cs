using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Testing;

namespace Klp.Boot.Tests;

/// <summary>Steps of a livepatch's life, for scripts that do more than <see cref="LivepatchTest"/>.</summary>
internal static class LivepatchSteps
{
    private static readonly TimeSpan TransitionLimit = TimeSpan.FromSeconds(20);

    /// <summary>Loads a livepatch and waits until every task runs the new functions.</summary>
    public static void Enable(this GuestScript script, string livepatch) =>
        LifeSteps.AddStart(script, ModuleFile.Read(livepatch), TransitionLimit);

    /// <summary>Disables a livepatch, waits until every task runs the old functions, and unloads it.</summary>
    public static void Disable(this GuestScript script, string livepatch) =>
        LifeSteps.AddEnd(script, ModuleFile.Read(livepatch).Name, TransitionLimit);

    /// <summary>Fails the test unless every step did what it should and the kernel did not complain.</summary>
    public static void AssertClean(this BootResult result)
    {
        Assert.True(result.Succeeded, string.Join('\n', [result.Describe(), .. result.Report.Steps, .. result.Report.Log]));
        Assert.True(result.Report.LogComplete);
        Assert.DoesNotContain(result.Report.Log, record => record.IsComplaint);
    }
}
