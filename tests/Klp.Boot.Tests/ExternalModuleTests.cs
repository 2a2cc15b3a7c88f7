using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>A livepatch of a module that was built outside the kernel tree, built by the SDK with KlpExternalModule.</summary>
[Collection(Guests.Collection)]
public class ExternalModuleTests
{
    private const string Module = """
        #include <linux/proc_fs.h>
        #include <linux/seq_file.h>
        static int vendor_shown;
        static noinline const char *vendor_text(int x) { pr_debug("%d\n", x); return x & 1 ? "odd" : "even"; }
        static int vendor_show(struct seq_file *m, void *v) { seq_printf(m, "%s\n", vendor_text(++vendor_shown)); return 0; }
        static int __init vendor_init(void) { return proc_create_single("vendor", 0, NULL, vendor_show) ? 0 : -ENOMEM; }
        static void __exit vendor_exit(void) { remove_proc_entry("vendor", NULL); }
        module_init(vendor_init);
        module_exit(vendor_exit);
        MODULE_DESCRIPTION("A module to patch");
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_works_whichever_is_loaded_first(bool moduleFirst)
    {
        using TestFolder folder = new();
        await KbuildModule.BuildAsync(folder, ("vendor-module", Module));
        string livepatch = SdkProject.Build(DemoKernel.Kernel, "vendor-patch",
            $"""<Project Sdk="Klp.Sdk/{PackedSdk.Version}"><ItemGroup><KlpExternalModule Include="{folder.Combine("vendor-module.ko")}" /></ItemGroup></Project>""",
            TestLivepatch.Source("""
                #include <linux/seq_file.h>
                extern int vendor_shown;
                extern const char *vendor_text(int x);
                static int new_show(struct seq_file *m, void *v) { seq_printf(m, "%d is %s\n", vendor_shown, vendor_text(vendor_shown)); return 0; }
                """, ("vendor_module", "vendor_show", "new_show")));

        GuestScript script = new();
        string module = script.AddModule(folder.Combine("vendor-module.ko"));
        if (!moduleFirst)
            script.Enable(livepatch);
        script.Add(GuestStep.Load(module));
        int before = moduleFirst ? script.Add(GuestStep.Read("/proc/vendor")) : -1;
        if (moduleFirst)
            script.Enable(livepatch);
        int patched = script.Add(GuestStep.Read("/proc/vendor"));
        script.Disable(livepatch);
        int after = script.Add(GuestStep.Read("/proc/vendor"));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        IReadOnlyList<StepResult> steps = result.Report.Steps;
        if (moduleFirst)
            Assert.Equal("odd\n", steps[before].Text);
        Assert.Equal(moduleFirst ? "1 is odd\n" : "0 is even\n", steps[patched].Text);
        Assert.Equal(moduleFirst ? "even\n" : "odd\n", steps[after].Text);
    }
}
