namespace Klp.TestAdapter.Tests;

/// <summary>What is wrong with the project is an error of the build side of dotnet test.</summary>
public class ProjectMistakeTests
{
    [Theory]
    [InlineData("KLP5002", """<KlpBootCheck Include="/proc/cmdline" />""", "has no condition")]
    [InlineData("KLP5003", """<KlpBootCheck Include="/proc/cmdline" Contains="x" Phase="During" />""", "none of Before, Patched, After")]
    [InlineData("KLP5004", """<KlpBootCheck Include="proc/cmdline" Contains="x" />""", "not the absolute path")]
    [InlineData("KLP5004", """<KlpBootCheck Include="/proc/cmdline" Matches="(" />""", "not a regular expression")]
    [InlineData("KLP5005", """<KlpBootTest Include="missing.c" />""", "does not exist")]
    [InlineData("KLP5005", """<KlpBootTest Include="patch.csproj" />""", "neither a C program")]
    [InlineData("KLP5006", """<KlpBootTest Include="wrong.c" />""", "expected")]
    [InlineData("KLP5007", """<KlpBootTest Include="test.sh" />""", "the guest has no shell")]
    [InlineData("KLP5007", """<KlpBootTest Include="test.sh" /></ItemGroup><PropertyGroup><KlpBusybox>test.sh</KlpBusybox></PropertyGroup><ItemGroup>""", "not a static program")]
    [InlineData("KLP5008", """<KlpBootTest Include="right.c" TimeLimit="soon" />""", "TimeLimit of the KlpBootTest 'right.c' is 'soon'")]
    public void A_wrong_item_has_its_code(string code, string item, string text)
    {
        using LivepatchProject project = new(items: $"<ItemGroup>{item}</ItemGroup><PropertyGroup><EnableDefaultKlpSourceItems>false</EnableDefaultKlpSourceItems></PropertyGroup><ItemGroup><KlpSource Include=\"patch.c\" /></ItemGroup>");
        project.Write("wrong.c", "int main(void)\n{\n\treturn\n}\n");
        project.Write("right.c", "int main(void) { return 0; }\n");
        project.Write("test.sh", "exit 0\n");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {code}: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Cases);
        if (code is "KLP5002" or "KLP5003" or "KLP5004" or "KLP5005" or "KLP5008" || text == "the guest has no shell")
            Assert.Matches($@"patch\.csproj\(2,\d+\): error {code}: ", run.Output);
        if (code == "KLP5006")
            Assert.Matches(@"wrong\.c\(4,1\): error KLP5006", run.Output);
    }

    [Fact]
    public void Without_a_module_a_test_without_build_says_so()
    {
        using LivepatchProject project = new();
        Assert.True(project.Run("restore").ExitCode == 0);

        TestRunOutcome run = project.Test("--no-build");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error KLP5001: There is no '", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_that_is_none_fails_the_run()
    {
        using LivepatchProject project = new();
        string module = Path.Combine(project.Folder, "bin", "Debug", project.Release, "patch.ko");
        Assert.True(project.Run("build").ExitCode == 0);
        File.WriteAllBytes(module, File.ReadAllBytes(module)[..3000]);

        TestRunOutcome run = project.Test("--no-build");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{module}' is not a kernel module", run.Output, StringComparison.Ordinal);
    }
}
