using System.Globalization;
using System.Text;
using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Livepatch.Tests.Support;

namespace Klp.Boot.Tests.RoundTrips;

/// <summary>
/// One converted livepatch, and what other programs make of it, in turn on one guest: each is loaded, looked at, disabled and
/// unloaded. The patched functions print the addresses that the kernel resolved.
/// </summary>
internal sealed class RoundTrip
{
    private const string Names = "/names";
    private const string InitState = "/sys/block/zram0/initstate";

    /// <summary>Uses what has one place in the kernel, what has several, and what is static in a module.</summary>
    private const string Code = """
        #include <linux/device.h>
        #include <linux/mm.h>
        #include <linux/seq_file.h>
        #include <linux/sysfs.h>

        extern void si_swapinfo(struct sysinfo *info);
        extern unsigned long totalreserve_pages;
        extern char second[] KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, c_start, 2);
        extern size_t huge_class_size KLP_RELOC_SYMBOL(zram, zram, huge_class_size);
        static void *const table[] = { &totalreserve_pages };

        static int show_vmlinux(struct seq_file *m, void *v)
        {
        	seq_printf(m, "si_swapinfo %px\ntotalreserve_pages %px\nc_start %px\n", si_swapinfo, table[0], second);
        	return 0;
        }

        static ssize_t show_zram(struct device *dev, struct device_attribute *attr, char *buf)
        {
        	return sysfs_emit(buf, "huge_class_size %px\n", &huge_class_size);
        }
        """;

    private static readonly string[] Symbols = ["c_start", "huge_class_size", "si_swapinfo", "totalreserve_pages"];

    private readonly Dictionary<string, Stay> stays = [];
    private readonly GuestScript script = new();

    private int kallsyms;
    private BootResult result = null!;

    private RoundTrip()
    {
    }

    /// <summary>The source of the livepatch.</summary>
    internal static string Source => TestLivepatch.Source(Code, (null, "cmdline_proc_show", "show_vmlinux"), ("zram", "initstate_show", "show_zram"));

    /// <summary>What becomes of the livepatch before it is loaded; the first one leaves it as it is.</summary>
    public static IReadOnlyList<string> Variants { get; } = ["as converted", "strip", "objcopy", "signed", "xz"];

    /// <summary>Makes the livepatch and its variants, and boots the kernel with them.</summary>
    public static async Task<RoundTrip> RunAsync(KernelUnderTest kernel)
    {
        using TestFolder folder = new();
        string converted = await TestLivepatch.BuildAsync(folder, kernel, "klp_trip", Source);
        return await RunAsync(kernel, Variants.ToDictionary(variant => variant, variant => Make(kernel, folder, converted, variant)));
    }

    /// <summary>Boots a kernel with modules that were made of <see cref="Source"/>.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="livepatches">Each by the name of its variant.</param>
    public static async Task<RoundTrip> RunAsync(KernelUnderTest kernel, IReadOnlyDictionary<string, string> livepatches)
    {
        string program = await new TargetCompiler(kernel).CompileAsync("kallsyms-of", AddressProbe.KallsymsOfNames);

        RoundTrip trip = new();
        trip.script.AddFile(Names, Encoding.ASCII.GetBytes(string.Concat(Symbols.Select(name => name + '\n'))));
        new ModuleLoader(kernel, trip.script, []).Load("zram");
        trip.kallsyms = trip.script.Add(GuestStep.Run(trip.script.AddProgram(program), Names));
        foreach ((string variant, string livepatch) in livepatches)
            trip.stays.Add(variant, trip.AddStay(livepatch));
        trip.result = await GuestBoot.RunAsync(kernel, trip.script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(2) });
        return trip;
    }

    /// <summary>Asserts that a variant was loaded, patched both objects, and went again without a word of complaint.</summary>
    public string AssertLives(string variant)
    {
        Stay stay = stays[variant];
        foreach (StepResult step in result.Report.Steps.Skip(stay.First).Take(stay.Count))
        {
            Assert.True(step.Succeeded, step.ToString());
            Assert.DoesNotContain(step.Log, record => record.IsComplaint);
        }

        Assert.Equal(Expected(), Printed(variant));
        Assert.Contains("rdinit=", Text(stay.After), StringComparison.Ordinal);
        return "yes";
    }

    /// <summary>Asserts that the addresses that every variant printed are those of the guest's kallsyms.</summary>
    /// <returns>How many there are.</returns>
    public string AssertAddresses()
    {
        foreach (string variant in Variants)
            Assert.Equal(Expected(), Printed(variant));
        int count = Expected().Length * Variants.Count;
        return $"{count} of {count}";
    }

    private string[] Expected()
    {
        IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> symbols = SymbolLists.OfGuest(result.Report.Steps[kallsyms]);
        return [Line("vmlinux", "si_swapinfo", 1), Line("vmlinux", "totalreserve_pages", 1), Line("vmlinux", "c_start", 2), Line("zram", "huge_class_size", 1)];

        string Line(string objectName, string name, int position) =>
            $"{name} {symbols[objectName].Where(symbol => symbol.Name == name).ElementAt(position - 1).Address.ToString("x16", CultureInfo.InvariantCulture)}";
    }

    private string[] Printed(string variant) =>
        (Text(stays[variant].Vmlinux) + Text(stays[variant].Zram)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Text(int step) => result.Report.Steps[step].Text;

    private Stay AddStay(string livepatch)
    {
        int first = script.Steps.Count;
        script.Enable(livepatch);
        int vmlinux = script.Add(GuestStep.Read("/proc/cmdline"));
        int zram = script.Add(GuestStep.Read(InitState));
        script.Disable(livepatch);
        int after = script.Add(GuestStep.Read("/proc/cmdline"));
        return new Stay(first, script.Steps.Count - first, vmlinux, zram, after);
    }

    private static string Make(KernelUnderTest kernel, TestFolder folder, string converted, string variant)
    {
        string made = folder.Write($"{variant}/klp_trip.ko", "");
        File.Copy(converted, made, overwrite: true);
        switch (variant)
        {
            case "strip":
                Tool.Run(kernel.CrossCompile + "strip", "--strip-debug", made);
                break;
            case "objcopy":
                Tool.Run(kernel.CrossCompile + "objcopy", "--add-section", $".klp_test={folder.Combine("klp_trip.c")}", made);
                break;
            case "signed":
                using (ModuleSigner signer = new())
                    signer.Sign(converted, made);
                break;
            case "xz":
                // As scripts/Makefile.modinst does it. The guest gets it unpacked: not every kernel can do that itself.
                Tool.Require("xz", "xz-utils");
                Tool.Run("xz", "--check=crc32", "--lzma2=dict=1MiB", made);
                return made + ".xz";
        }

        Assert.Equal(variant == Variants[0], File.ReadAllBytes(converted).AsSpan().SequenceEqual(File.ReadAllBytes(made)));
        return made;
    }

    /// <summary>The steps of a variant: the first one and their count, and those that read files.</summary>
    private sealed record Stay(int First, int Count, int Vmlinux, int Zram, int After);
}
