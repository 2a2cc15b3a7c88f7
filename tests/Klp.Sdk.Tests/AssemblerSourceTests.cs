using System.Text.Json.Nodes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Sources in assembler, and files that are no sources at all.</summary>
public sealed class AssemblerSourceTests : IDisposable
{
    private const string Helper =
        """
        #include <linux/linkage.h>
        #include "value.h"
        	.section .rodata
        	.balign 8
        	.globl helper_value
        helper_value:
        	.quad VALUE
        	.globl helper_of_kernel
        	.data
        helper_of_kernel:
        	.quad saved_command_line
        	.text
        SYM_FUNC_START(helper)
        	ret
        SYM_FUNC_END(helper)

        """;

    private readonly TestProject project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void An_assembler_source_is_assembled_beside_a_C_source_of_its_name()
    {
        project.WriteProject("""<ItemGroup><KlpSource Include="helper.S;sub folder/helper.S" /></ItemGroup>""");
        project.Write("helper.S", Helper);
        project.Write("sub folder/helper.S", "\t.globl other\nother:\n\t.quad 0\n");
        project.Write("value.h", "#define VALUE 0x1234\n");
        project.Write("helper.c", "void helper(void);\nextern const unsigned long helper_value;\nunsigned long in_c(void);\nunsigned long in_c(void)\n{\n\thelper();\n\treturn helper_value;\n}\n");

        project.Build().Succeeded();

        string[] symbols = Symbols();
        Assert.Contains("T helper", symbols);
        Assert.Contains("T other", symbols);
        Assert.Contains("T in_c", symbols);
        Assert.DoesNotContain("U helper", symbols);
        // What it uses of the kernel is converted like a C source's.
        Assert.Contains("A .klp.sym.vmlinux.saved_command_line,0", symbols);
        Assert.Contains("34120000", Tool.Run("readelf", "-x", ".rodata", project.Module).Output, StringComparison.Ordinal);
        Assert.Contains(project.Combine("helper.S"), Sources());
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Write("value.h", "#define VALUE 0x5678\n");
        Assert.Contains("KlpCompile", project.Build().Succeeded().Ran);
        Assert.Contains("78560000", Tool.Run("readelf", "-x", ".rodata", project.Module).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_an_assembler_source_is_at_its_line()
    {
        project.WriteProject("""<ItemGroup><KlpSource Include="helper.S" /></ItemGroup>""");
        project.Write("helper.S", "\t.text\n#include \"missing.h\"\n");
        BuildMessage error = project.Build().SingleError("KLP1001");
        Assert.Equal((project.Combine("helper.S"), 2), (error.File, error.Line));

        project.Write("helper.S", "\t.text\n\n\tno_such_instruction\n");
        error = project.Build().SingleError("KLP1003");
        Assert.Equal((project.Combine("helper.S"), 3), (error.File, error.Line));
    }

    [Fact]
    public void What_the_assembler_includes_is_found_beside_the_source_and_assembled_anew_when_it_changes()
    {
        project.WriteProject("""<ItemGroup><KlpSource Include="sub folder/data.S" /></ItemGroup>""");
        project.Write("sub folder/data.S", "\t.section .rodata\n\t.balign 8\n\t.globl data\ndata:\n\t.incbin \"blob\"\n\t.include \"more.inc\"\n");
        project.Write("sub folder/blob", "<first  ");
        project.Write("sub folder/more.inc", "\t.ascii \"text>\"\n");
        project.Build().Succeeded();
        Assert.Contains("<first  text>", File.ReadAllText(project.Module), StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Write("sub folder/blob", "<second ");
        project.Build().Succeeded();
        Assert.Contains("<second text>", File.ReadAllText(project.Module), StringComparison.Ordinal);

        project.Write("sub folder/more.inc", "\t.ascii \"other>\"\n");
        project.Build().Succeeded();
        Assert.Contains("<second other>", File.ReadAllText(project.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_copies_of_a_project_with_an_assembler_source_give_the_same_bytes()
    {
        using TestProject other = new(folder: "another place, with space", sharedCache: project);
        foreach (TestProject copy in (TestProject[])[project, other])
        {
            copy.WriteProject("""<ItemGroup><KlpSource Include="helper.S" /></ItemGroup><PropertyGroup><KlpIncludeDirectories>the headers</KlpIncludeDirectories></PropertyGroup>""");
            copy.Write("helper.S", Helper);
            copy.Write("the headers/value.h", "#define VALUE 1\n");
            copy.Build().Succeeded();
        }

        Assert.Equal(File.ReadAllBytes(project.Module), File.ReadAllBytes(other.Module));
    }

    [Fact]
    public void What_the_kernel_does_not_compile_is_refused_by_name_at_its_item()
    {
        string[] files = ["blob.o", "x.rs", "x.h", "x.C", "x.s", "without", "x.cpp", "patch.ko"];
        project.WriteProject($"<ItemGroup>\n{string.Concat(files.Select(file => $"<KlpSource Include=\"{file}\" />\n"))}</ItemGroup>");
        foreach (string file in files)
            project.Write(file, "");

        BuildResult result = project.Build();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(
            files.Select((file, index) => ("KLP1019", 3 + index, file)),
            result.Errors.OrderBy(error => error.Line).Select(error => (error.Code, error.Line, NameIn(error.Text))));
        Assert.All(result.Errors, error => Assert.Equal(project.Combine("patch.csproj"), error.File));

        string NameIn(string text) => files.Single(file => text.Contains($"item {file} is", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_only_a_wildcard_takes_for_a_C_source_is_refused_by_name()
    {
        string file = project.Write("other.C", "");

        Assert.Equal(file, project.Build().SingleError("KLP1019").File);
    }

    private string[] Symbols() => [.. Tool.Run("nm", project.Module).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[17..])];

    private IEnumerable<string> Sources() =>
        JsonNode.Parse(File.ReadAllText(project.Combine("obj", "compile_commands.json")))!.AsArray().Select(entry => entry!["file"]!.GetValue<string>());
}
