using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Machine;
using Klp.Boot.Tests.RoundTrips;
using Klp.Kernel.Compression;

namespace Klp.Boot.Tests.Kernels;

/// <summary>Livepatches that the SDK builds for a kernel of clang and lld, which compresses its modules.</summary>
[Collection(Guests.Collection)]
public class LlvmKernelTests
{
    private const string Code = """
        #include <linux/seq_file.h>

        static int show(struct seq_file *m, void *v)
        {
        	seq_puts(m, "patched\n");
        	return 0;
        }
        """;

    /// <summary>Loads the module of a file that the kernel itself has to unpack: MODULE_INIT_COMPRESSED_FILE of linux/module.h is 4.</summary>
    private const string Loader = """
        #include <fcntl.h>
        #include <stdio.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        int main(int argc, char **argv)
        {
        	if (syscall(SYS_finit_module, open(argv[1], O_RDONLY | O_CLOEXEC), "", 4)) {
        		perror(argv[1]);
        		return 1;
        	}
        	return 0;
        }
        """;

    [Fact]
    public async Task A_livepatch_is_built_with_clang_and_the_kernel_resolves_its_symbols()
    {
        string livepatch = Build("klp_trip", RoundTrip.Source);

        const string Variant = "as built";
        RoundTrip trip = await RoundTrip.RunAsync(LlvmKernel.Kernel, new Dictionary<string, string> { [Variant] = livepatch });

        trip.AssertLives(Variant);
        using TestFolder folder = new();
        File.WriteAllBytes(folder.Combine("klp_trip.ko"), CompressedFile.ReadAllBytes(livepatch));
        string[] comment = Tool.Run("readelf", "--string-dump=.comment", folder.Combine("klp_trip.ko")).Lines;
        Assert.Contains(comment, line => line.Contains("clang version", StringComparison.Ordinal));
        Assert.DoesNotContain(comment, line => line.Contains("GCC", StringComparison.Ordinal));
        string[] sections = Tool.Run("readelf", "--section-headers", "--wide", folder.Combine("klp_trip.ko")).Lines;
        Assert.Contains(sections, line => line.Contains(" .klp.rela.zram..text ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_kernel_unpacks_the_compressed_livepatch_itself()
    {
        string livepatch = Build("klp_xz", TestLivepatch.Source(Code, (null, "cmdline_proc_show", "show")));
        string program = await new TargetCompiler(LlvmKernel.Kernel).CompileAsync("load-compressed", Loader);
        GuestScript script = new GuestScript();
        script.AddFile("/klp_xz.ko.xz", File.ReadAllBytes(livepatch));
        script.Add(GuestStep.Run(script.AddProgram(program), "/klp_xz.ko.xz"));
        script.Add(GuestStep.WaitForContent("/sys/kernel/livepatch/klp_xz/transition", "0", TimeSpan.FromSeconds(20)));
        int patched = script.Add(GuestStep.Read("/proc/cmdline"));
        script.Disable(livepatch);

        BootResult result = await GuestBoot.RunAsync(LlvmKernel.Kernel, script);

        result.AssertClean();
        Assert.Equal("patched\n", result.Report.Steps[patched].Text);
    }

    private static string Build(string name, string source)
    {
        string livepatch = SdkProject.Build(LlvmKernel.Kernel, name, source);
        Assert.EndsWith(".ko.xz", livepatch, StringComparison.Ordinal);
        return livepatch;
    }
}
