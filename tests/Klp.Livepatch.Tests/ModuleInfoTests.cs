using Klp.Elf.Image;
using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

[Trait("Needs", "kernel")]
public class ModuleInfoTests
{
    public static TheoryData<string> Modules => [.. DemoTree.Tree.ModulePaths.Select(path => ModuleName.FromPath(path))];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Entries_are_those_that_modinfo_prints(string module)
    {
        string path = DemoTree.Module(module);
        ModuleInfo info = ModuleInfo.Read(ElfObject.Open(path));
        using ElfImage image = ElfImage.Open(path);
        Assert.Equal(info.Entries, ModuleInfo.Read(image).Entries);

        // All tags but "filename", which is not in the module, and "parmtype", which modinfo shows with "parm".
        string[] tags = [.. Tool.Run("modinfo", path).Lines.Select(line => line.Split(':')[0]).Where(tag => tag != "filename").Distinct()];
        Assert.Equal(tags.Order(StringComparer.Ordinal), info.Entries.Select(entry => entry.Tag).Where(tag => tag != "parmtype").Distinct().Order(StringComparer.Ordinal));

        Dictionary<string, string> types = info.Entries.Where(entry => entry.Tag == "parmtype").Select(entry => entry.Value.Split(':')).ToDictionary(parts => parts[0], parts => $" ({parts[1]})");
        Assert.All(info.Entries.GroupBy(entry => entry.Tag), group => Assert.Equal(
            Tool.Run("modinfo", "-F", group.Key, path).Lines.Order(StringComparer.Ordinal),
            group.Where(entry => entry.Value.Length > 0).Select(entry => entry.Value + (entry.Tag == "parm" ? types[entry.Value.Split(':')[0]] : "")).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_tag_is_found_with_its_first_value()
    {
        ModuleInfo info = ModuleInfo.Read(ElfObject.Open(DemoTree.Module("zram")));
        Assert.Equal("zram", info.Find("name"));
        Assert.Equal(Tool.Run("modinfo", "-F", "depends", DemoTree.Module("zram")).Output.Trim(), info.Find("depends"));
        Assert.Null(info.Find("livepatch"));
        Assert.False(info.IsLivepatch);
    }

    [Theory]
    [InlineData("livepatch=Y\0", true)]
    [InlineData("name=a\0\0\0livepatch=\0", true)]
    [InlineData("livepatch=N", true)]
    [InlineData("livepatch\0=Y\0", false)]
    [InlineData("livepatched=Y\0", false)]
    [InlineData("", false)]
    public void A_module_is_a_livepatch_where_the_loader_finds_the_tag(string contents, bool isLivepatch)
    {
        ElfObject module = ElfObject.Open(DemoTree.Module("zram"));
        ((ElfDataSection)module.FindSection(ModuleInfo.SectionName)!).SetContents(System.Text.Encoding.Latin1.GetBytes(contents));
        Assert.Equal(isLivepatch, ModuleInfo.Read(module).IsLivepatch);
    }

    [Fact]
    public void A_module_without_the_section_has_no_entries()
    {
        ElfObject module = ElfObject.Open(DemoTree.Module("zram"));
        module.RemoveSection(module.FindSection(ModuleInfo.SectionName)!);
        Assert.Empty(ModuleInfo.Read(module).Entries);
    }
}
