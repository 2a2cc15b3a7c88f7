using System.Reflection;
using System.Text.Json.Nodes;
using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Projects whose livepatch is made of a patch of the kernel's source.</summary>
[Trait("Needs", "kernel")]
public sealed class PatchProjectTests : IDisposable
{
    private const string Extract = "KlpExtractPatch";

    /// <summary>A patch of fs/proc/version.c.</summary>
    internal const string Patch = """
        --- a/fs/proc/version.c
        +++ b/fs/proc/version.c
        @@ -11,3 +11,3 @@
         {
        -	seq_printf(m, linux_proc_banner,
        +	seq_printf(m, "patched %s version %s %s\n",
         		utsname()->sysname,

        """;

    private static readonly string[] AfterPatch = [Extract, "KlpGenerateTables", "KlpCompile", "KlpConvert", "KlpValidate"];

    private static readonly string Klp =
        typeof(PatchProjectTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ToolAssembly").Value!;

    private static readonly EnumerationOptions AllFolders = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };

    private readonly TestProject project = new();

    public PatchProjectTests()
    {
        File.Delete(project.Combine("patch.c"));
        project.Write("fix.patch", Patch);
        project.WriteProject("""<ItemGroup><KlpPatch Include="fix.patch" /></ItemGroup>""");
    }

    [Fact]
    public void A_patch_alone_is_a_livepatch_and_what_changes_runs_again()
    {
        BuildResult first = project.Build().Succeeded();
        Assert.Empty(first.Warnings);
        Assert.Contains(Extract, first.Ran);
        Assert.Equal(["version_proc_show"], Patched());
        Assert.Contains("patched %s version", File.ReadAllText(project.Module), StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Edit("fix.patch", "patched", "changed");
        Assert.Equal(AfterPatch, project.Build().Succeeded().Ran);
        Assert.Contains("changed %s version", File.ReadAllText(project.Module), StringComparison.Ordinal);
        Assert.Empty(project.Build().Succeeded().Ran);

        // A patch with which the build fails leaves nothing that could be taken for finished.
        project.Edit("fix.patch", "%s\\n\",", "%s\\n\" oops,");
        BuildMessage error = project.Build().SingleError("KLP7015");
        Assert.EndsWith("fix.patch", error.File, StringComparison.Ordinal);
        project.Edit("fix.patch", "%s\\n\" oops,", "%s\\n\",");
        project.Build().Succeeded();
        Assert.Contains("changed %s version", File.ReadAllText(project.Module), StringComparison.Ordinal);

        // No glob of another project is to wander into the kernel's source.
        Assert.Equal(["inc"], Directory.EnumerateDirectories(project.Combine("obj"), "*", AllFolders).Where(IsLink).Select(folder => Path.GetFileName(folder)).Except(["t"]));

        project.Run("clean").Succeeded();
        Assert.Empty(project.Files("bin"));
        Assert.Equal(["obj/Debug/patch.assets.cache"], project.Files("obj/Debug"));
    }

    [Fact]
    public void Sources_of_the_project_work_beside_a_patch()
    {
        project.WriteProject("""
            <ItemGroup>
              <KlpPatch Include="fix.patch" Strip="1" />
              <KlpFunction Include="cmdline_proc_show" />
              <KlpObject Include="vmlinux" PrePatch="prepare" />
            </ItemGroup>
            """);
        project.Write("own.c", """
            #include <linux/livepatch.h>
            #include <linux/seq_file.h>
            int livepatch_cmdline_proc_show(struct seq_file *m, void *v) { return 0; }
            int prepare(struct klp_object *obj) { return 0; }
            """);

        project.Build().Succeeded();

        Assert.Equal(["cmdline_proc_show", "version_proc_show"], Patched().Order(StringComparer.Ordinal));
        string folder = project.Combine("obj", "Debug", TestKernel.Release, "patch");
        string report = File.ReadAllText(Path.Combine(folder, "report.txt"));
        Assert.Contains("Replaces 2 functions in 1 object of ", report, StringComparison.Ordinal);
        Assert.Contains("  Replaces vmlinux:cmdline_proc_show: written by hand, by livepatch_cmdline_proc_show\n", report, StringComparison.Ordinal);
        Assert.Contains("  Calls prepare as pre_patch of vmlinux, before the object is patched: written by hand\n", report, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Contains("cmdline_proc_show", page, StringComparison.Ordinal);
        Assert.Contains("prepare", page, StringComparison.Ordinal);
        JsonNode origin = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json")))!["madeFrom"]!;
        Assert.Equal(
            """[{"objectName":"vmlinux","oldName":"cmdline_proc_show","sympos":0,"newName":"livepatch_cmdline_proc_show","reason":"written by hand"}]""",
            origin["functions"]!.ToJsonString());
        Assert.Equal(
            """[{"objectName":"vmlinux","kind":"pre_patch","function":"prepare","reason":"written by hand"}]""",
            origin["callbacks"]!.ToJsonString());

        // Another callback is another report.
        project.Write("own.c", File.ReadAllText(project.Combine("own.c")).Replace("prepare", "arrange", StringComparison.Ordinal));
        project.Edit("patch.csproj", "prepare", "arrange");
        Assert.Contains(Extract, project.Build().Succeeded().Ran);
        Assert.Contains("  Calls arrange as pre_patch", File.ReadAllText(Path.Combine(folder, "report.txt")), StringComparison.Ordinal);
    }

    /// <summary>The other kernel is of an architecture whose objects are not compared.</summary>
    [Fact]
    public void Each_kernel_gets_its_own_livepatch_of_the_patch_or_its_own_refusal()
    {
        project.KernelTree = "/nonexistent";
        project.WriteProject($"""
            <ItemGroup>
              <KlpKernel Include="demo" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="distribution" Tree="{DistributionKernelTree.Path}" />
              <KlpPatch Include="fix.patch" />
            </ItemGroup>
            """);

        BuildResult build = project.Build();

        // The refusal, and which kernel has no module now.
        Assert.Equal(["KLP0017", "KLP7016"], build.Errors.Select(error => error.Code).Order(StringComparer.Ordinal));
        Assert.StartsWith(DistributionKernelTree.Path, build.Errors.Single(error => error.Code == "KLP7016").File, StringComparison.Ordinal);
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin/Debug"));
        Assert.Equal(["version_proc_show"], Patched());
        project.Build("-p:KlpKernelName=demo").Succeeded();
    }

    [Theory]
    [InlineData("""<ItemGroup><KlpPatch Include="fix.patch" Strip="none" /></ItemGroup>""")]
    [InlineData("""<PropertyGroup><KlpPatchMaxUnits>0</KlpPatchMaxUnits></PropertyGroup><ItemGroup><KlpPatch Include="fix.patch" /></ItemGroup>""")]
    public void What_is_no_number_is_told_at_its_line(string elements)
    {
        project.WriteProject(elements);
        Assert.Equal(2, project.Build().SingleError(DiagnosticCodes.TableItemMalformed).Line);
    }

    [Theory]
    [InlineData("""<ItemGroup><KlpPatch Include="fix.patch;patches/*.patch" /></ItemGroup>""", "patches/*.patch")]
    [InlineData("""<ItemGroup><KlpPatch Include="fix.patch" /><KlpPatch Include="$(MSBuildProjectDirectory)/**/fix?.patch" /></ItemGroup>""", "$(MSBuildProjectDirectory)/**/fix?.patch")]
    [InlineData("""<ItemGroup><KlpPatch Include="**/*.patch;fix.*" /></ItemGroup>""", null)]
    [InlineData("""<ItemGroup><KlpPatch Include="fix.patch" /><KlpPatch Include="none/*.patch" Condition="false" /></ItemGroup>""", null)]
    [InlineData("""<ItemGroup><KlpPatch Include="fix.patch" /><KlpPatch Include="f*" Exclude="fix.patch" /></ItemGroup>""", null)]
    public void A_wildcard_that_matches_no_file_is_told_at_its_line_as_the_livepatch_is_without_its_patch(string elements, string? include)
    {
        project.WriteProject(elements);

        BuildResult build = project.Run("build", "-t:_KlpCheckPatches").Succeeded();

        BuildMessage[] warnings = [.. build.Warnings.Where(warning => warning.Code == DiagnosticCodes.PatchWildcardEmpty.Code)];
        Assert.Equal(include is null ? [] : [2], warnings.Select(warning => warning.Line));
        Assert.All(warnings, warning => Assert.Contains($"The KlpPatch '{include}' matches no file", warning.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_build_of_sources_tells_of_the_patch_that_it_is_without()
    {
        File.Delete(project.Combine("fix.patch"));
        project.Write("own.c", "int livepatch_cmdline_proc_show(void *m, void *v) { return 0; }\n");
        project.WriteProject("""<ItemGroup><KlpPatch Include="*.patch" /><KlpFunction Include="cmdline_proc_show" /></ItemGroup>""");
        Assert.Contains(project.Build().Succeeded().Warnings, warning => warning.Code == DiagnosticCodes.PatchWildcardEmpty.Code);
        Assert.Contains(project.Build().Succeeded().Warnings, warning => warning.Code == DiagnosticCodes.PatchWildcardEmpty.Code);
    }

    [Fact]
    public void A_patch_is_an_item_only_where_it_is_named_and_then_shown_in_the_project()
    {
        project.Write("other.patch", Patch);
        DotNet.Run(project.Folder, ["restore"], project.Environment);
        (_, string output) = DotNet.Run(project.Folder, ["msbuild", "-getItem:KlpPatch,None,AvailableItemName"], project.Environment);
        JsonNode items = JsonNode.Parse(output)!["Items"]!;
        Assert.Equal(["fix.patch"], items["KlpPatch"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>()));
        Assert.Contains("KlpPatch", items["AvailableItemName"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>()));
        Assert.Contains("fix.patch", items["None"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>()));
    }

    [Fact]
    public void The_command_makes_the_same_module_and_can_tell_why_without_making_it()
    {
        project.Build().Succeeded();

        string planned = Command("--dry-run", "--explain");
        Assert.Contains("version_proc_show", planned, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(Command("--dry-run", "--explain", "--json"))!["units"]);
        Assert.False(File.Exists(project.Combine("made.ko")));

        Assert.Equal("made/patch.ko: replaces version_proc_show in vmlinux (1 function of 1 unit)\n", Command("-o", "made/patch.ko"));
        Assert.Equal(File.ReadAllBytes(project.Module), File.ReadAllBytes(project.Combine("made", "patch.ko")));
    }

    public void Dispose() => project.Dispose();

    private static bool IsLink(string folder) => new DirectoryInfo(folder).LinkTarget is not null;

    private string Command(params string[] arguments) => Tool.Run("env", [
        "-C", project.Folder, .. project.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
        "dotnet", Klp, "build", "--patch", "fix.patch", .. arguments]).Output;

    private string[] Patched()
    {
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json")))!;
        return [.. manifest["patches"]!.AsArray().SelectMany(patched => patched!["functions"]!.AsArray()).Select(function => function!["oldName"]!.GetValue<string>())];
    }
}
