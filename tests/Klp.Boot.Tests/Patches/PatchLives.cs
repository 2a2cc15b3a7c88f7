using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;

namespace Klp.Boot.Tests.Patches;

/// <summary>Boots a kernel with all its modules, and lets one livepatch after the other live there.</summary>
internal static class PatchLives
{
    /// <summary>Asserts that each is loaded, enabled, disabled and unloaded, and that the kernel complains of nothing.</summary>
    public static async Task AssertAsync(KernelUnderTest kernel, IReadOnlyCollection<string> livepatches)
    {
        GuestScript script = new();
        ModuleLoader loader = new(kernel, script, []);
        foreach (string file in Directory.GetFiles(kernel.Tree.BuildDirectory, "*.ko", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            loader.Load(file);
        Dictionary<int, string> starts = [];
        foreach (string livepatch in livepatches)
        {
            starts[script.Steps.Count] = livepatch;
            script.Enable(livepatch);
            script.Disable(livepatch);
        }

        BootResult result = await GuestBoot.RunAsync(kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(10) });

        string at = "";
        for (int index = 0; index < result.Report.Steps.Count; index++)
        {
            at = starts.GetValueOrDefault(index, at);
            StepResult step = result.Report.Steps[index];
            Assert.True(step.Succeeded && !step.Log.Any(record => record.IsComplaint), $"{at}: {step}\n{string.Join('\n', step.Log)}\n{result.Describe()}");
        }

        Assert.True(result.Succeeded && result.Report.LogComplete, result.Describe());
    }
}
