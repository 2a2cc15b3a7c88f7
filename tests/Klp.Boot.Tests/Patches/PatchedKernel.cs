using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.Patches;

/// <summary>The demo kernel, booted once, with the livepatch of one case after the other.</summary>
public sealed class PatchedKernel : IAsyncLifetime, IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Dictionary<string, PatchObservation> observed = [];
    private IReadOnlyDictionary<string, PatchOutcome> built = new Dictionary<string, PatchOutcome>();
    private BootResult? boot;
    private string before = "", after = "";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        KernelUnderTest kernel = DemoKernel.Kernel;
        before = TreeState.Of(kernel.Tree.BuildDirectory);
        built = await new PatchedModules(kernel, folder).BuildAsync(PatchCases.OfKernel);
        after = TreeState.Of(kernel.Tree.BuildDirectory);

        GuestScript script = new();
        string probe = script.AddProgram(await new TargetCompiler(kernel).CompileAsync("patch-probe", PatchProbe.Source));
        Dictionary<string, (int Before, int Patched, int Ended)> steps = [];
        foreach (PatchCase item in PatchCases.OfKernel)
        {
            if (built[item.Name].Module is not { } module)
                continue;
            GuestStep show = item.Show(probe);
            int first = script.Add(show);
            script.Enable(module);
            int patched = script.Add(show);
            script.Disable(module);
            steps[item.Name] = (first, patched, script.Add(show));
        }

        boot = await GuestBoot.RunAsync(kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(10) });
        foreach ((string name, (int first, int patched, int ended)) in steps)
        {
            observed[name] = new PatchObservation(Step(first).Text, Step(patched).Text, Step(ended).Text,
                [.. Enumerable.Range(first, ended - first + 1).Select(Step).Where(step => !step.Succeeded)],
                [.. Enumerable.Range(first, ended - first + 1).SelectMany(index => Step(index).Log).Where(record => record.IsComplaint)]);
        }
    }

    /// <summary>Asserts that the patch of a case became a livepatch that lives, and that does what the case says.</summary>
    internal void AssertWorks(PatchCase item)
    {
        Assert.True(built[item.Name].Module is not null, built[item.Name].ToString());
        PatchObservation seen = observed[item.Name];
        Assert.True(seen.Failures.Count == 0, string.Join('\n', seen.Failures));
        Assert.Empty(seen.Complaints);
        Assert.DoesNotMatch(item.Patched, seen.Before);
        Assert.Matches(item.Patched, seen.Patched);
        if (!item.Stays)
            Assert.DoesNotMatch(item.Patched, seen.Ended);
    }

    /// <summary>Asserts that the guest came to its end, and that nothing was lost of what its kernel said.</summary>
    internal void AssertEnded()
    {
        Assert.Equal(BootOutcome.Completed, boot!.Outcome);
        Assert.True(boot.Report.LogComplete);
    }

    /// <summary>Asserts that the kernel's trees are what they were before the builds.</summary>
    internal void AssertTreesUntouched() => Assert.Equal(before, after);

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private StepResult Step(int index) => boot!.Report.Steps[index];
}
