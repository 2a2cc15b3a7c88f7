using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Boot.Testing;

/// <summary>
/// Tests livepatches on a kernel: their whole life, twice, with what the project itself looks at. dotnet test and klp boot
/// both do it with this.
/// </summary>
public sealed class LivepatchTest
{
    /// <summary>Beyond the guest's own time limit: for the compiler, and for a machine under load.</summary>
    private static readonly TimeSpan SetupLimit = TimeSpan.FromMinutes(2);

    private readonly LivepatchTestPlan plan;
    private readonly IReadOnlyList<TestedLivepatch> livepatches;
    private readonly HostWords? words;

    private LivepatchTest(LivepatchTestPlan plan, IReadOnlyList<TestedLivepatch> livepatches, HostWords? words)
    {
        this.plan = plan;
        this.words = words;
        this.livepatches = livepatches;
        Cases = [.. LifeCases.Of(plan, livepatches).All.Where(item => !item.IsCondition).Select(item => item.Identity)];
    }

    /// <summary>The cases, in the order in which the guest goes through them.</summary>
    public IReadOnlyList<LivepatchCase> Cases { get; }

    /// <summary>Reads the livepatches of a plan.</summary>
    /// <param name="plan">What to test.</param>
    /// <param name="words">The words of who shows the results; null leaves their places in the messages.</param>
    /// <exception cref="BootSetupException">One of them is not there, or not a module.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public static LivepatchTest Prepare(LivepatchTestPlan plan, HostWords? words = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new LivepatchTest(plan, [.. plan.Livepatches.Select(TestedLivepatch.Read)], words);
    }

    /// <summary>Boots the kernel and tests. What keeps it from booting is the failure of the case "boots".</summary>
    /// <param name="isSelected">Which cases to report. Checks and programs of others are left out; null for all cases.</param>
    /// <param name="cancellation">Ends the guest and the call.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled; the guest has ended.</exception>
    public async Task<LivepatchTestResult> RunAsync(Func<LivepatchCase, bool>? isSelected = null, CancellationToken cancellation = default)
    {
        isSelected ??= _ => true;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(plan.Guest.TimeLimit + SetupLimit);
        try
        {
            KernelUnderTest kernel = OpenKernel();
            LifeCases life = LifeCases.Of(plan, livepatches);
            LifeScript script = new(kernel, plan);
            AddSteps(life, script, isSelected);
            BootResult boot = await GuestBoot.RunAsync(kernel, script.Script, plan.Guest, limit.Token).ConfigureAwait(false);
            return new LivepatchTestResult
            {
                Cases = new LifeJudge(life, script, boot).Judge(isSelected),
                Boot = boot,
                Files = [.. life.Shown.Select(
                    (steps, i) => new ShownFile(
                        plan.Show[i], boot.Report.Steps[steps[0]], boot.Report.Steps[steps[1]], boot.Report.Steps[steps[2]]))],
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"The guest did not come to its end within {(plan.Guest.TimeLimit + SetupLimit).TotalSeconds:0} s.", isSelected);
        }
        catch (Exception e) when (e is BootSetupException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Failed(words?.Fill(e.Message) ?? e.Message, isSelected);
        }
    }

    private KernelUnderTest OpenKernel()
    {
        DiagnosticBag diagnostics = new();
        KernelTree? tree = KernelTree.Open(plan.KernelTree, diagnostics)?.WithExternalModules(plan.ExternalModules, diagnostics);
        if (tree is null || diagnostics.HasErrors)
            throw new BootSetupException(BootSetupProblem.KernelNotBuilt, string.Join('\n', diagnostics), "Mend that, and build again.");
        return KernelUnderTest.For(tree, crossCompile: plan.CrossCompile);
    }

    private static void AddSteps(LifeCases life, LifeScript script, Func<LivepatchCase, bool> isSelected)
    {
        foreach (LifeCase item in life.All)
        {
            item.FirstStep = script.Script.Steps.Count;
            if (!item.IsOptional || isSelected(item.Identity))
                item.AddSteps?.Invoke(script);
            item.StepCount = script.Script.Steps.Count - item.FirstStep;
        }
    }

    private LivepatchTestResult Failed(string message, Func<LivepatchCase, bool> isSelected)
    {
        LivepatchCase boots = Cases[0];
        bool bootsIsSelected = isSelected(boots);
        return new LivepatchTestResult
        {
            Cases =
            [
                .. Cases.Where(isSelected).Select(item => new CaseResult
                {
                    Case = item,
                    Outcome = bootsIsSelected && item != boots ? CaseOutcome.Skipped : CaseOutcome.Failed,
                    Message = bootsIsSelected && item != boots ? "Not tested, as the kernel was not booted." : message,
                }),
            ],
        };
    }
}
