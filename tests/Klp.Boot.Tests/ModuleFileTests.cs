using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Processes;

namespace Klp.Boot.Tests;

public class ModuleFileTests
{
    [Fact]
    public void A_module_says_its_name_and_what_it_depends_on()
    {
        ModuleFile module = ModuleFile.Read(DemoKernel.Module("dm-zero"));
        Assert.Equal("dm_zero", module.Name);
        Assert.Equal(["dm_mod"], module.Depends);
    }

    [Fact]
    public void A_damaged_file_is_refused_and_never_read_beyond_its_end()
    {
        using TestFolder folder = new TestFolder();
        byte[] module = File.ReadAllBytes(DemoKernel.Module("dm-zero"));
        string file = folder.Combine("damaged.ko");
        for (int length = 0; length < module.Length; length += 97)
        {
            File.WriteAllBytes(file, module[..length]);
            BootSetupException e = Assert.Throws<BootSetupException>(() => ModuleFile.Read(file));
            Assert.Equal(BootSetupProblem.ModuleNotFound, e.Problem);
        }
        for (int offset = 0; offset < 64; offset++)
        {
            byte[] damaged = [.. module];
            damaged[offset] ^= 0xFF;
            File.WriteAllBytes(file, damaged);
            Assert.True(Record.Exception(() => ModuleFile.Read(file)) is null or BootSetupException);
        }
    }

    [Fact]
    public async Task A_compressed_module_is_read_and_a_damaged_one_refused()
    {
        using TestFolder folder = new TestFolder();
        string module = folder.Combine("dm-zero.ko");
        File.Copy(DemoKernel.Module("dm-zero"), module);
        (int exitCode, string output) = await HostProgram.RunAsync("xz", [module], "", CancellationToken.None);
        Assert.True(exitCode == 0, output);

        Assert.Equal("dm_zero", ModuleFile.Read(module + ".xz").Name);

        byte[] compressed = File.ReadAllBytes(module + ".xz");
        string damaged = folder.Combine("damaged.ko.xz");
        File.WriteAllBytes(damaged, compressed[..^20]);
        BootSetupException e = Assert.Throws<BootSetupException>(() => ModuleFile.Read(damaged));
        Assert.Equal(BootSetupProblem.ModuleNotFound, e.Problem);
        Assert.Contains(damaged, e.Message, StringComparison.Ordinal);
    }
}
