using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Which stages a change makes run again. The project is built once; each test leaves it built.</summary>
public sealed class IncrementalBuildTests : IClassFixture<IncrementalBuildTests.BuiltProject>
{
    private const string Resolve = "KlpResolveKernel";
    private const string Compile = "KlpCompile";
    private const string Symbols = "KlpGenerateSymbols";
    private const string Convert = "KlpConvert";
    private const string Validate = "KlpValidate";

    private static readonly string[] ModuleStages = [Compile, Convert, Validate];

    private readonly BuiltProject built;
    private readonly TestProject project;

    public IncrementalBuildTests(BuiltProject built)
    {
        this.built = built;
        project = built.Project;
    }

    [Fact]
    public void The_first_build_runs_every_stage_and_makes_one_module()
    {
        Assert.Equal([Resolve, Compile, Symbols, Convert, Validate], built.First.Ran);
        Assert.Empty(built.First.Warnings);
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin"));
        Assert.Contains($"patch -> {project.Module}", built.First.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_header_of_the_project_is_noticed()
    {
        project.Write("lib/text.h", "#define TEXT \"changed\"\n");

        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
        Assert.Contains("changed", File.ReadAllText(project.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void An_added_source_is_compiled_also_when_it_is_old_and_a_removed_one_is_gone()
    {
        string added = project.Write("lib/added.c", "const char added_text[] = \"added\";\n");
        File.SetLastWriteTimeUtc(added, DateTime.UtcNow.AddYears(-1));
        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
        Assert.Contains("added_text", File.ReadAllText(project.Module), StringComparison.Ordinal);

        File.Move(added, project.Combine("lib", "renamed.c"));
        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
        Assert.Contains("lib-renamed", File.ReadAllText(project.Module), StringComparison.Ordinal);

        File.Delete(project.Combine("lib", "renamed.c"));
        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
        Assert.DoesNotContain("added_text", File.ReadAllText(project.Module), StringComparison.Ordinal);
    }

    [Fact]
    public void A_removed_header_that_is_no_longer_included_is_forgotten()
    {
        project.Write("lib/more.h", "");
        project.Edit("lib/lib.c", "#include \"text.h\"", "#include \"text.h\"\n#include \"more.h\"");
        project.Build().Succeeded();
        project.Edit("lib/lib.c", "\n#include \"more.h\"", "");
        File.Delete(project.Combine("lib", "more.h"));

        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void A_changed_compiler_option_is_noticed()
    {
        Assert.Equal(ModuleStages, project.Build("-p:KlpCompileOptions=-DOPTION=1").Succeeded().Ran);
        Assert.Empty(project.Build("-p:KlpCompileOptions=-DOPTION=1").Succeeded().Ran);
        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
    }

    [Fact]
    public void A_changed_module_name_replaces_the_module()
    {
        project.Build("-p:KlpModuleName=other-name").Succeeded();
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/other-name.klp.json", $"bin/Debug/{TestKernel.Release}/other-name.ko"], project.Files("bin"));

        project.Build().Succeeded();
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin"));
    }

    [Fact]
    public void A_deleted_output_is_made_again_from_what_is_there()
    {
        File.Delete(project.Module);
        Assert.Empty(project.Build().Succeeded().Ran);
        Assert.True(File.Exists(project.Module));

        File.Delete(project.Combine("obj", "Debug", TestKernel.Release, "patch.ko"));
        Assert.Equal([Convert, Validate], project.Build().Succeeded().Ran);

        Directory.Delete(project.Combine("obj", "Debug", TestKernel.Release, "kbuild"), recursive: true);
        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
    }

    [Fact]
    public void A_failed_build_is_not_taken_for_done()
    {
        project.Edit("patch.c", "return 0;", "return 0");
        project.Build().SingleError("KLP1001");
        project.Build().SingleError("KLP1001");
        project.Edit("patch.c", "return 0", "return 0;");

        Assert.Equal(ModuleStages, project.Build().Succeeded().Ran);
    }

    /// <summary>A project with two sources and a header, built for a kernel tree of which single files can be changed.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject()
        {
            Project.KernelTree = Kernel.Path;
            foreach (string file in (string[])[".config", "Module.symvers", "vmlinux"])
                Kernel.Own(file);
            Project.Write("lib/text.h", "#define TEXT \"text\"\n");
            Project.Write("lib/lib.c", "#include \"text.h\"\nconst char lib_text[] = TEXT;\n");
            First = Project.Build().Succeeded();
        }

        internal KernelTreeCopy Kernel { get; } = new();

        internal TestProject Project { get; } = new();

        internal BuildResult First { get; }

        public void Dispose()
        {
            Project.Dispose();
            Kernel.Dispose();
        }
    }
}
