using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Each mistake gets one error with a code, the place, the cause and the fix.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TestProject project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void No_kernel_tree_is_named()
    {
        project.KernelTree = "";

        BuildMessage error = project.Build().SingleError("KLP0001");
        Assert.Equal(project.Combine("patch.csproj"), error.File);
        Assert.Contains("KlpKernelTree", error.Text, StringComparison.Ordinal);
        Assert.Contains("KLP_KERNEL_TREE", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_tree_does_not_exist()
    {
        BuildMessage error = project.Build("-p:KlpKernelTree=nowhere").SingleError("KLP0002");
        // A relative path is taken from the project's folder.
        Assert.Contains(project.Combine("nowhere"), error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_tree_is_not_configured()
    {
        using KernelTreeCopy kernel = new();
        kernel.Remove(".config");
        project.KernelTree = kernel.Path;

        Assert.Contains(kernel.Path, project.Build().SingleError("KLP0003").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_tree_is_not_built()
    {
        using KernelTreeCopy kernel = new();
        kernel.Remove("Module.symvers");
        project.KernelTree = kernel.Path;

        Assert.Contains("make -C", project.Build().SingleError("KLP0004").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_cannot_livepatch()
    {
        using KernelTreeCopy kernel = WithoutLivepatch();
        project.KernelTree = kernel.Path;

        BuildMessage error = project.Build().SingleError("KLP0005");
        Assert.Equal(Path.Combine(kernel.Path, ".config"), error.File);
        Assert.Contains("CONFIG_LIVEPATCH", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_is_too_old()
    {
        using KernelTreeCopy kernel = WithoutLivepatch();
        kernel.Own("include/config/kernel.release", "3.19.0\n");
        kernel.Own("include/generated/utsrelease.h", "#define UTS_RELEASE \"3.19.0\"\n");
        project.KernelTree = kernel.Path;

        Assert.Contains("3.19", project.Build().SingleError("KLP0006").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_compiler_is_not_installed()
    {
        BuildMessage error = project.Build("-p:KlpCrossCompile=mips-linux-gnu-").SingleError("KLP0008");

        Assert.Contains("mips-linux-gnu-gcc", error.Text, StringComparison.Ordinal);
        Assert.Contains("apt install gcc-mips-linux-gnu", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_module_cannot_have_the_projects_name()
    {
        BuildMessage error = project.Build("-p:KlpModuleName=My.Patch").SingleError("KLP0010");
        Assert.Contains("My_Patch", error.Text, StringComparison.Ordinal);

        project.Build($"-p:KlpModuleName={new string('a', 56)}").SingleError("KLP0010");
    }

    [Fact]
    public void The_project_has_no_source()
    {
        File.Delete(project.Combine("patch.c"));

        Assert.Equal(project.Combine("patch.csproj"), project.Build().SingleError("KLP0011").File);
    }

    [Fact]
    public void A_source_of_the_project_does_not_exist()
    {
        project.WriteProject("""<ItemGroup><KlpSource Include="missing.c" /></ItemGroup>""");

        Assert.Equal(project.Combine("missing.c"), project.Build().SingleError("KLP0012").File);
    }

    [Fact]
    public void The_given_database_does_not_exist()
    {
        BuildMessage error = project.Build("-p:KlpSymbolDatabase=missing.klp").SingleError("KLP0012");
        Assert.Contains(project.Combine("missing.klp"), error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_compiler_is_in_the_users_file()
    {
        project.Edit("patch.c", "\treturn 0;", "\tnonsense();\n\treturn 0;");

        BuildMessage error = project.Build().SingleError("KLP1001");
        Assert.Equal((project.Combine("patch.c"), 11), (error.File, error.Line));
        Assert.Contains("implicit declaration of function 'nonsense'", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_header_names_who_includes_it()
    {
        project.Write("inner.h", "static inline int inner(void) { return nowhere; }\n");
        project.Write("outer.h", "#include \"inner.h\"\n");
        project.Edit("patch.c", "#include <linux/seq_file.h>", "#include <linux/seq_file.h>\n#include \"outer.h\"");

        BuildMessage error = project.Build().SingleError("KLP1001");
        Assert.Equal((project.Combine("inner.h"), 1), (error.File, error.Line));
        Assert.Contains($"included from {project.Combine("outer.h")}:1", error.Text, StringComparison.Ordinal);
        Assert.Contains($"included from {project.Combine("patch.c")}:5", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_of_the_compiler_is_a_warning_unless_the_project_says_otherwise()
    {
        project.Edit("patch.c", "\treturn 0;", "\tint unused;\n\n\treturn 0;");

        BuildMessage warning = Assert.Single(project.Build().Succeeded().Warnings);
        Assert.Equal(("KLP1002", project.Combine("patch.c"), 11), (warning.Code, warning.File, warning.Line));

        // Each twice: a failed build is not taken for done.
        project.Build("-p:TreatWarningsAsErrors=true").SingleError("KLP1002");
        project.Build("-p:TreatWarningsAsErrors=true").SingleError("KLP1002");
        project.Edit("patch.c", "unused", "not_used");
        project.Build("-p:WarningsAsErrors=KLP1002").SingleError("KLP1002");
        project.Build("-p:WarningsAsErrors=KLP1002").SingleError("KLP1002");
    }

    [Fact]
    public void A_symbol_defined_twice_is_an_error_with_both_places()
    {
        project.Write("other.c", "\nint twice(void);\nint twice(void)\n{\n\treturn 2;\n}\n");
        project.Edit("patch.c", "static int __init", "int twice(void);\nint twice(void)\n{\n\treturn 1;\n}\n\nstatic int __init");

        BuildMessage error = project.Build().SingleError("KLP1003");
        Assert.Equal(project.Combine("patch.c"), error.File);
        Assert.Contains(project.Combine("other.c"), error.Text, StringComparison.Ordinal);
        Assert.InRange(error.Line, 28, 31);
    }

    [Fact]
    public void A_module_without_license_is_an_error_of_modpost()
    {
        project.Edit("patch.c", "MODULE_LICENSE(\"GPL\");", "");

        Assert.Contains("MODULE_LICENSE", project.Build().SingleError("KLP1004").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_that_exists_nowhere_is_an_error_in_the_line_that_uses_it()
    {
        project.Edit("patch.c", "extern char *saved_command_line;", "extern char *saved_command_lime;");
        project.Edit("patch.c", "seq_printf(m, \"patched %s\\n\", saved_command_line);", "seq_printf(m, \"patched %s\\n\", saved_command_lime);");

        BuildMessage error = project.Build().SingleError("KLP3001");
        Assert.Equal((project.Combine("patch.c"), 10), (error.File, error.Line));
        Assert.Contains("saved_command_lime", error.Text, StringComparison.Ordinal);
        // The undefined symbol is not reported twice: modpost's warning about it is left out.
        Assert.DoesNotContain("undefined!", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_two_symbols_have_is_an_error_until_the_source_says_which_one_it_means()
    {
        project.Build().Succeeded();
        string name = DuplicatedName(project.Databases.Single());
        project.Edit("patch.c", "extern char *saved_command_line;", $"extern char many[] __asm__(\"{name}\");");
        project.Edit("patch.c", "saved_command_line", "many");

        BuildMessage error = project.Build().SingleError("KLP3002");
        Assert.Equal((project.Combine("patch.c"), 10), (error.File, error.Line));
        Assert.Contains(name, error.Text, StringComparison.Ordinal);

        project.Edit("patch.c", $"__asm__(\"{name}\")", $"KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, {name}, 2)");
        project.Edit("patch.c", "#include <linux/seq_file.h>", "#include <linux/seq_file.h>\n#include <klp/relocation.h>");
        project.Build().Succeeded();
        Assert.Contains($".klp.sym.vmlinux.{name},2", File.ReadAllText(project.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_reference_to_the_sdk_is_refused()
    {
        project.Write("patch.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Klp.Sdk" Version="{PackedSdk.Version}" /></ItemGroup>
            </Project>
            """);

        Assert.Contains("<Project Sdk=", project.Build().SingleError("KLP0013").Text, StringComparison.Ordinal);
    }

    private static string DuplicatedName(string database)
    {
        string[] names = [.. File.ReadLines(database).Skip(2).TakeWhile(line => !line.StartsWith('*'))];
        HashSet<string> exported = [.. names.Where(name => name.StartsWith("__ksymtab_", StringComparison.Ordinal)).Select(name => name["__ksymtab_".Length..])];
        return names.GroupBy(name => name).First(group => group.Count() > 1 && group.Key.All(char.IsAsciiLetterLower) && !exported.Contains(group.Key)).Key;
    }

    private static KernelTreeCopy WithoutLivepatch()
    {
        KernelTreeCopy kernel = new();
        string config = File.ReadAllText(Path.Combine(TestKernel.Tree, ".config"));
        kernel.Own(".config", config.Replace("CONFIG_LIVEPATCH=y", "# CONFIG_LIVEPATCH is not set", StringComparison.Ordinal));
        return kernel;
    }
}
