using System.Reflection;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary><c>klp build</c> beside <c>dotnet build</c>: the same code, so the same bytes.</summary>
public sealed class CommandBuildTests
{
    private static readonly string Klp =
        typeof(CommandBuildTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ToolAssembly").Value!;

    [Fact]
    public void The_same_sources_and_settings_give_the_same_module_and_manifest_by_the_same_database()
    {
        using TestProject project = new();
        project.WriteProject("""
            <PropertyGroup>
              <Version>1.2.3</Version>
              <Authors>Somebody</Authors>
              <Description>Test</Description>
              <KlpCompileOptions>-DTEXT=1 -DOTHER</KlpCompileOptions>
              <KlpIncludeDirectories>headers</KlpIncludeDirectories>
              <KlpModuleCompression>none</KlpModuleCompression>
            </PropertyGroup>
            <ItemGroup>
              <KlpFunction Include="cmdline_proc_show" With="new_cmdline" Position="0" />
              <KlpFunction Include="version_proc_show" />
            </ItemGroup>
            """);
        project.Write("headers/own.h", "extern char *saved_command_line;\n");
        project.Write("patch.c", """
            #include <linux/seq_file.h>
            #include <own.h>
            int new_cmdline(struct seq_file *m, void *v)
            {
            	WARN_ON_ONCE(!v);
            	seq_printf(m, "%s %d\n", saved_command_line, TEXT);
            	return 0;
            }
            """);
        project.Write("below/other.c", "#include <linux/seq_file.h>\nint livepatch_version_proc_show(struct seq_file *m, void *v) { return 0; }\n");
        project.Build().Succeeded();
        DateTime made = File.GetLastWriteTimeUtc(project.Databases.Single());

        Tool.Run("env", [
            "-C", project.Folder, .. project.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
            "dotnet", Klp, "build", "--module-version", "1.2.3", "--author", "Somebody", "--description", "Test", "--option", "-DTEXT=1 -DOTHER",
            "--include", "headers", "--function", "cmdline_proc_show=new_cmdline", "--function", "version_proc_show", "-o", "made/patch.ko", "below/other.c", "patch.c",
        ]);

        Assert.Equal(File.ReadAllBytes(project.Module), File.ReadAllBytes(project.Combine("made", "patch.ko")));
        Assert.Equal(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json")), File.ReadAllText(project.Combine("made", "patch.klp.json")));
        Assert.Equal(made, File.GetLastWriteTimeUtc(project.Databases.Single()));
    }
}
