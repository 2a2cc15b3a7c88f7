using Klp.Boot.Livepatch;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>A livepatch with a source in assembler, in the kernel.</summary>
[Collection(Guests.Collection)]
public class AssemblerSourceTests
{
    private const string Livepatch = """
        #include <linux/livepatch.h>
        #include <linux/module.h>
        #include <linux/seq_file.h>

        unsigned long value_in_assembler(void);
        char *command_line_in_assembler(void);

        static int new_show(struct seq_file *m, void *v)
        {
        	seq_printf(m, "%#lx %s\n", value_in_assembler(), command_line_in_assembler());
        	return 0;
        }

        static struct klp_func functions[] = { { .old_name = "cmdline_proc_show", .new_func = new_show }, { } };
        static struct klp_object objects[] = { { .funcs = functions }, { } };
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

        static int __init start(void) { return klp_enable_patch(&patch); }
        static void __exit stop(void) { }
        module_init(start);
        module_exit(stop);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """;

    // The kernel does not export saved_command_line: an instruction and a datum that livepatch relocates.
    private const string Helper = """
        #include <linux/linkage.h>
        #include <asm/assembler.h>

        	.text
        SYM_FUNC_START(value_in_assembler)
        	ldr_l	x0, value
        	ret
        SYM_FUNC_END(value_in_assembler)

        SYM_FUNC_START(command_line_in_assembler)
        	ldr_l	x0, pointer
        	adr_l	x1, saved_command_line
        	cmp	x0, x1
        	b.ne	0f
        	ldr	x0, [x1]
        	ret
        0:	mov	x0, xzr
        	ret
        SYM_FUNC_END(command_line_in_assembler)

        	.data
        	.balign	8
        value:
        	.quad	VALUE
        pointer:
        	.quad	saved_command_line

        """;

    [Fact]
    public async Task Its_function_gives_its_value_and_what_is_at_a_symbol_that_is_not_exported()
    {
        string project = $"""
            <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
              <PropertyGroup><KlpCompileOptions>-DVALUE=0x123456789abc</KlpCompileOptions></PropertyGroup>
              <ItemGroup><KlpSource Include="helper.S" /></ItemGroup>
            </Project>
            """;
        string module = SdkProject.Build(DemoKernel.Kernel, "klp-assembler", project, Livepatch, ("helper.S", Helper));

        LivepatchTestResult result = await (LifePlan.Of(DemoKernel.Kernel, module) with { Show = ["/proc/cmdline"] }).RunAsync();

        result.AssertPassed();
        ShownFile shown = Assert.Single(result.Files);
        Assert.Contains("rdinit=/init", shown.Before.Text, StringComparison.Ordinal);
        Assert.Equal($"0x123456789abc {shown.Before.Text}", shown.Patched.Text);
    }
}
