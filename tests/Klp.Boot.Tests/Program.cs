using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests;

/// <summary>
/// What <see cref="NoProcessIsLeftTests"/> starts as a process of its own: boots a guest that
/// sleeps for an hour.
/// </summary>
public static class Program
{
    public static async Task<int> Main()
    {
        GuestScript script = new GuestScript();
        script.Add(GuestStep.Sleep(TimeSpan.FromHours(1)));
        await GuestBoot.RunAsync(DemoKernel.Kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(5) });
        return 0;
    }
}
