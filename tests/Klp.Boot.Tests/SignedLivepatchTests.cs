using Klp.Boot.Host;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Livepatch.Tests.Support;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>What a kernel that takes only signed modules makes of a livepatch that the build signed.</summary>
[Collection(Guests.Collection)]
public class SignedLivepatchTests
{
    private const string Code = """
        #include <linux/seq_file.h>

        static int show(struct seq_file *m, void *v)
        {
        	seq_puts(m, "patched\n");
        	return 0;
        }
        """;

    [Fact]
    public async Task A_kernel_that_insists_on_signatures_loads_what_its_own_key_signed_and_nothing_else()
    {
        using ModuleSigner other = new();
        string own = Build("klp_own", "");
        string foreign = Build("klp_foreign", $"<KlpSigningKey>{other.Key}</KlpSigningKey><KlpSigningCertificate>{other.Certificate}</KlpSigningCertificate>");
        string unsigned = Build("klp_unsigned", "<KlpSignModule>false</KlpSignModule>");
        string compressed = Build("klp_compressed", "<KlpModuleCompression>xz</KlpModuleCompression>");

        GuestScript script = new GuestScript();
        int[] refused = [script.Add(GuestStep.Load(script.AddModule(foreign))), script.Add(GuestStep.Load(script.AddModule(unsigned)))];
        script.Enable(own);
        int patched = script.Add(GuestStep.Read("/proc/cmdline"));
        script.Disable(own);
        script.Enable(compressed);
        script.Disable(compressed);
        BootResult result = await GuestBoot.RunAsync(HardenedKernel.Kernel, script, new BootOptions { KernelArguments = "module.sig_enforce=1" });

        Assert.Equal(BootOutcome.Completed, result.Outcome);
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        Assert.Equal("patched\n", steps[patched].Text);
        Assert.All(steps.Skip(refused.Length), step => Assert.True(step.Succeeded, step.ToString()));
        Assert.Contains(steps[refused[0]].Log, record => record.Text == "Loading of module with unavailable key is rejected");
        Assert.Contains(steps[refused[1]].Log, record => record.Text == "Loading of unsigned module is rejected");
        Assert.All(refused, step => Assert.Equal(StepStatus.Refused, steps[step].Status));
    }

    private static string Build(string name, string properties) => SdkProject.Build(HardenedKernel.Kernel, name,
        $"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\"><PropertyGroup>{properties}</PropertyGroup></Project>\n",
        TestLivepatch.Source(Code, (null, "cmdline_proc_show", "show")));
}
