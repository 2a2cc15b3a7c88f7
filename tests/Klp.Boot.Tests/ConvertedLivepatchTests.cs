using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Testing;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests;

/// <summary>Converted livepatches on the demo kernel: what they refer to is what they mean.</summary>
[Collection(Guests.Collection)]
public class ConvertedLivepatchTests
{
    /// <summary>Makes a device-mapper device that reads zeros: DM_DEV_CREATE, DM_TABLE_LOAD, and resume.</summary>
    private const string MakeZeroDevice = """
        #include <fcntl.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/ioctl.h>
        #include <linux/dm-ioctl.h>

        int main(void)
        {
        	struct {
        		struct dm_ioctl head;
        		struct dm_target_spec target;
        		char parameters[8];
        	} request;
        	unsigned long commands[] = { DM_DEV_CREATE, DM_TABLE_LOAD, DM_DEV_SUSPEND };
        	int control = open("/dev/mapper/control", O_RDWR);

        	for (int i = 0; i < 3; i++) {
        		memset(&request, 0, sizeof(request));
        		request.head.version[0] = DM_VERSION_MAJOR;
        		request.head.data_size = sizeof(request);
        		request.head.data_start = sizeof(request.head);
        		request.head.target_count = commands[i] == DM_TABLE_LOAD;
        		strcpy(request.head.name, "zeros");
        		request.target.length = 8;
        		strcpy(request.target.target_type, "zero");
        		if (ioctl(control, commands[i], &request)) {
        			perror("device-mapper");
        			return 1;
        		}
        	}
        	return 0;
        }
        """;

    [Fact]
    public async Task The_kernel_refuses_what_is_not_converted()
    {
        using TestFolder folder = new();
        string converted = await TestLivepatch.BuildAsync(folder, DemoKernel.Kernel, "swap", TestLivepatch.Source("""
            #include <linux/mm.h>
            #include <linux/seq_file.h>

            extern void si_swapinfo(struct sysinfo *info);

            static int show(struct seq_file *m, void *v)
            {
            	struct sysinfo info = { .totalswap = 1 };

            	si_swapinfo(&info);
            	seq_printf(m, "swap %lu\n", info.totalswap);
            	return 0;
            }
            """, (null, "cmdline_proc_show", "show")));
        string unconverted = folder.Combine("swap.ko");

        LivepatchTestResult refused = await LifePlan.Of(DemoKernel.Kernel, unconverted).RunAsync();
        LivepatchTestResult accepted = await (LifePlan.Of(DemoKernel.Kernel, converted) with { Show = ["/proc/cmdline"] }).RunAsync();

        Assert.Equal(["loads"], refused.Failed());
        Assert.StartsWith("load /klp/modules/swap.ko: No such file or directory (errno 2)", refused.Case("loads").Message, StringComparison.Ordinal);
        Assert.Contains("swap: Unknown symbol si_swapinfo (err -2)", refused.Case("loads").Message, StringComparison.Ordinal);
        accepted.AssertPassed();
        Assert.Equal("swap 0\n", accepted.Files[0].Patched.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_module_whose_file_has_a_hyphen_is_patched(bool before)
    {
        using TestFolder folder = new();
        // dm_suspended_md is global in dm-mod and not exported, _major is static.
        string livepatch = await TestLivepatch.BuildAsync(folder, DemoKernel.Kernel, "klp-dm", TestLivepatch.Source("""
            #include <linux/sysfs.h>

            struct mapped_device;
            extern int dm_suspended_md(struct mapped_device *md);
            extern unsigned int _major;

            static ssize_t show(struct mapped_device *md, char *buf)
            {
            	return sysfs_emit(buf, "major %u, suspended %d\n", _major, dm_suspended_md(md));
            }
            """, ("dm_mod", "dm_attr_name_show", "show")));
        string program = await new TargetCompiler(DemoKernel.Kernel).CompileAsync("zero-device", MakeZeroDevice);
        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
        if (before)
            loader.Load("dm-zero");
        script.Enable(livepatch);
        loader.Load("dm-zero");
        script.Add(GuestStep.Run(script.AddProgram(program)));
        int patched = script.Add(GuestStep.Read("/sys/block/dm-0/dm/name"));
        int number = script.Add(GuestStep.Read("/sys/block/dm-0/dev"));
        script.Disable(livepatch);
        int after = script.Add(GuestStep.Read("/sys/block/dm-0/dm/name"));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        string major = result.Report.Steps[number].Text.Split(':')[0];
        Assert.Equal($"major {major}, suspended 0\n", result.Report.Steps[patched].Text);
        Assert.Equal("zeros\n", result.Report.Steps[after].Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_patch_of_one_module_uses_static_symbols_of_another(bool before)
    {
        using TestFolder folder = new();
        // Both modules have a static huge_class_size. zspage_cachep is zsmalloc's alone.
        string livepatch = await TestLivepatch.BuildAsync(folder, DemoKernel.Kernel, "klp_across", TestLivepatch.Source("""
            #include <linux/device.h>
            #include <linux/slab.h>
            #include <linux/sysfs.h>

            extern size_t own_size KLP_RELOC_SYMBOL(zram, zram, huge_class_size);
            extern size_t other_size KLP_RELOC_SYMBOL(zram, zsmalloc, huge_class_size);
            extern struct kmem_cache *zspage_cachep;

            static ssize_t show(struct device *dev, struct device_attribute *attr, char *buf)
            {
            	return sysfs_emit(buf, "%px %px %px %d %d\n", &own_size, &other_size, &zspage_cachep, zspage_cachep != NULL, own_size == other_size);
            }
            """, ("zram", "initstate_show", "show")));
        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(DemoKernel.Kernel, script, []);
        if (before)
            loader.Load("zram");
        script.Enable(livepatch);
        loader.Load("zram");
        script.Add(GuestStep.Write("/sys/block/zram0/disksize", "4M"));
        int state = script.Add(GuestStep.Read("/sys/block/zram0/initstate"));
        int kallsyms = script.Add(GuestStep.Read("/proc/kallsyms"));

        BootResult result = await GuestBoot.RunAsync(DemoKernel.Kernel, script);

        result.AssertClean();
        IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> symbols = SymbolLists.OfGuest(result.Report.Steps[kallsyms]);
        string own = Address("zram", "huge_class_size"), other = Address("zsmalloc", "huge_class_size"), cache = Address("zsmalloc", "zspage_cachep");
        Assert.Equal($"{own} {other} {cache} 1 1\n", result.Report.Steps[state].Text);

        string Address(string module, string name) => symbols[module].Single(symbol => symbol.Name == name).Address.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Hundreds_of_references_are_resolved_to_the_symbols_they_name(bool zramFirst) =>
        new AddressProbe(DemoKernel.Kernel, vmlinuxNames: 100).CompareAsync(zramFirst);
}
