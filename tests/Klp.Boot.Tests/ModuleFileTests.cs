namespace Klp.Boot.Tests;

public class ModuleFileTests
{
    [Fact]
    public void A_module_says_its_name_and_what_it_depends_on()
    {
        ModuleFile module = ModuleFile.Read(DemoKernel.Module("dm-zero"));
        Assert.Equal("dm_zero", module.Name);
        Assert.Equal(["dm-mod"], module.Depends);
    }

    [Fact]
    public void A_damaged_file_is_refused_and_never_read_beyond_its_end()
    {
        using var folder = new TestFolder();
        byte[] module = File.ReadAllBytes(DemoKernel.Module("dm-zero"));
        string file = folder.Combine("damaged.ko");
        for (int length = 0; length < module.Length; length += 97)
        {
            File.WriteAllBytes(file, module[..length]);
            var e = Assert.Throws<BootSetupException>(() => ModuleFile.Read(file));
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
}
