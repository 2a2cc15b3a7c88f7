using Klp.Build.Tasks;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>A warning stays until its cause goes, also where the stage that found it is passed over.</summary>
public sealed class WarningTests : IClassFixture<WarningTests.BuiltProject>
{
    // Of the compiler, the conversion and the validation.
    private static readonly string[] AllWarnings = ["KLP1002", "KLP3007", "KLP4050"];

    private readonly TestProject project;
    private readonly BuildResult first;

    public WarningTests(BuiltProject built)
    {
        project = built.Project;
        first = built.First;
    }

    [Fact]
    public void A_build_that_does_nothing_tells_the_warnings_of_the_one_before()
    {
        BuildResult again = project.Build().Succeeded();

        Assert.Equal(AllWarnings, Codes(first.Warnings));
        Assert.Empty(again.Ran);
        Assert.Equal(first.Warnings, again.Warnings);
        Assert.Equal(3, first.WarningCount);
        Assert.Equal(3, again.WarningCount);
    }

    [Theory]
    // MSBuild makes errors of these when the tasks are past them, so that all stages have their say.
    [InlineData("-warnaserror", "KLP1002 KLP3007 KLP4050")]
    [InlineData("-p:TreatWarningsAsErrors=true", "KLP1002")]
    [InlineData("-p:MSBuildTreatWarningsAsErrors=true", "KLP1002")]
    [InlineData("-warnaserror:KLP3007", "KLP3007")]
    [InlineData("-p:WarningsAsErrors=KLP4050", "KLP4050")]
    [InlineData("-p:MSBuildWarningsAsErrors=KLP4050", "KLP4050")]
    [InlineData("-p:TreatWarningsAsErrors=true -p:WarningsNotAsErrors=KLP1002", "KLP3007")]
    [InlineData("-p:TreatWarningsAsErrors=true -p:NoWarn=KLP1002%3BKLP3007", "KLP4050")]
    [InlineData("-warnaserror -warnnotaserror:KLP1002;KLP3007", "KLP4050")]
    [InlineData("-warnaserror -nowarn:KLP1002;KLP3007;KLP4050", "")]
    [InlineData("-nowarn:KLP1002;KLP3007;KLP4050", "")]
    [InlineData("-p:NoWarn=KLP1002%3BKLP3007%3BKLP4050", "")]
    public void Every_way_of_making_errors_of_warnings_does_so_also_when_nothing_is_built(string arguments, string errors)
    {
        BuildResult result = project.Build(arguments.Split(' '));

        Assert.Empty(result.Ran);
        Assert.Equal(errors.Length > 0, result.ExitCode != 0);
        Assert.Equal(errors, string.Join(' ', Codes(result.Errors)));
        if (errors.Length == 0)
            Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("publish", "-c", "Debug")]
    [InlineData("pack", "-c", "Debug")]
    [InlineData("test", "--list-tests")]
    public void Every_command_that_builds_tells_them_once(string command, params string[] arguments)
    {
        BuildResult result = project.Run(command, arguments).Succeeded();
        Assert.Equal(AllWarnings, Codes(result.Warnings));
        Assert.Equal(3, result.WarningCount);

        BuildResult failed = project.Run(command, [.. arguments, "-warnaserror"]);
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Equal(AllWarnings, Codes(failed.Errors));
    }

    [Fact]
    public void A_warning_that_is_an_error_ends_the_first_build_as_the_second_and_no_build_after_that()
    {
        using TestProject other = new(sharedCache: project);
        other.Edit("patch.c", "\treturn 0;", "\tint unused;\n\n\treturn 0;");

        BuildMessage error = other.Build("-p:TreatWarningsAsErrors=true").SingleError("KLP1002");
        BuildResult second = other.Build("-p:TreatWarningsAsErrors=true");
        Assert.Equal(error, second.SingleError("KLP1002"));
        Assert.Empty(second.Ran);
        Assert.Empty(other.Files("bin"));
        // An editor is needed then.
        Assert.True(File.Exists(other.Combine("obj", "compile_commands.json")));

        BuildResult third = other.Build().Succeeded();
        Assert.Equal(["KlpConvert", "KlpValidate"], third.Ran.Except(["KlpGenerateSymbols"]));
        Assert.Equal("KLP1002", Assert.Single(third.Warnings).Code);

        BuildMessage again = other.Build("--no-incremental", "-warnaserror").SingleError("KLP1002");
        Assert.Equal(again, other.Build("-warnaserror").SingleError("KLP1002"));

        other.Edit("patch.c", "\tint unused;\n\n", "");
        Assert.Empty(other.Build("-warnaserror").Succeeded().Warnings);
    }

    [Fact]
    public void A_source_that_is_not_compiled_again_keeps_its_warnings_also_over_an_error_in_another()
    {
        using TestProject other = new(sharedCache: project);
        other.Edit("patch.c", "\treturn 0;", "\tint unused;\n\n\treturn 0;");
        other.Write("other.c", "int other;\n");
        BuildMessage warning = Assert.Single(other.Build().Succeeded().Warnings);

        other.Write("other.c", "int other\n");
        other.Build().SingleError("KLP1001");
        other.Write("other.c", "int other;\nint more;\n");
        Assert.Equal(warning, Assert.Single(other.Build().Succeeded().Warnings));

        TestProject.Touch(other.Combine("other.c"));
        Assert.Equal(warning, Assert.Single(other.Build().Succeeded().Warnings));

        // A warning in a header belongs to each source that includes it.
        other.Write("shared.h", "static int shared(void) { int nothing; return 0; }\n");
        other.Write("other.c", "#include \"shared.h\"\nint other(void);\nint other(void) { return shared(); }\n");
        IReadOnlyList<BuildMessage> warnings = other.Build().Succeeded().Warnings;
        Assert.Equal(2, warnings.Count);
        other.Write("third.c", "int third;\n");
        Assert.Equal(warnings, other.Build().Succeeded().Warnings);
    }

    [Fact]
    public void Of_modpost_too()
    {
        using TestProject other = new(sharedCache: project);
        other.Edit("patch.c", "MODULE_DESCRIPTION(\"Test livepatch\");\n", "");
        other.Write("other.c", "int other;\n");
        Assert.Equal("KLP1006", Assert.Single(other.Build().Succeeded().Warnings).Code);

        TestProject.Touch(other.Combine("other.c"));
        Assert.Equal("KLP1006", Assert.Single(other.Build().Succeeded().Warnings).Code);
        Assert.Equal("KLP1006", Assert.Single(other.Build().Succeeded().Warnings).Code);
    }

    [Fact]
    public void Each_stage_tells_what_it_recorded_and_runs_again_without_the_record()
    {
        using TestProject other = new(sharedCache: project);
        string key = Path.Combine(other.Home, "key.pem");
        Tool.Run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-keyout", key, "-out", key + ".crt");
        other.WriteProject(
            $"""
            <PropertyGroup>
              <KlpSigningKey>{key}</KlpSigningKey>
              <KlpSigningCertificate>{key}.crt</KlpSigningCertificate>
              <KlpModuleCompression>gzip</KlpModuleCompression>
            </PropertyGroup>
            <ItemGroup><KlpFunction Include="cmdline_proc_show" /><KlpPatch Include="fix.patch" /></ItemGroup>
            """);
        other.Write("fix.patch", PatchProjectTests.Patch);
        other.Write("patch.c", "#include <linux/seq_file.h>\nint livepatch_cmdline_proc_show(struct seq_file *m, void *v) { return 0; }\n");
        BuildResult built = other.Build().Succeeded();
        Assert.Empty(built.Warnings);

        string[] records =
        [
            // The stage has links that lead back to the project.
            .. Directory.GetFiles(other.Combine("obj"), "*.warnings", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }),
            other.Databases.Single() + ".warnings",
        ];
        Assert.Equal(
            ["compile.warnings", "compile_commands.warnings", "compress.warnings", "convert.warnings", "kernel.warnings", "patch.warnings", "sign.warnings", "symbols.klp.warnings", "tables.warnings", "validate.warnings"],
            records.Select(record => System.Text.RegularExpressions.Regex.Replace(Path.GetFileName(record), "^kernel-.*", "kernel.warnings")).Order(StringComparer.Ordinal));
        foreach (string record in records)
        {
            DateTime time = File.GetLastWriteTimeUtc(record);
            DiagnosticRecord.Write(record, [new Diagnostic("KLP1006", DiagnosticSeverity.Warning, Path.GetFileName(record))]);
            File.SetLastWriteTimeUtc(record, time);
        }

        BuildResult again = other.Build().Succeeded();
        Assert.Empty(again.Ran);
        Assert.Equal(records.Select(Path.GetFileName).Order(), again.Warnings.Select(warning => warning.Text).Order());

        foreach (string record in records)
            File.Delete(record);
        BuildResult anew = other.Build().Succeeded();
        Assert.Equal(BuildResult.StageNames, anew.Ran);
        Assert.Contains(nameof(GenerateCompileCommands), anew.Tasks);
        Assert.Empty(anew.Warnings);
        Assert.Empty(other.Build().Succeeded().Ran);

        // What a stage said that is for this project no more is told no more.
        string signing = records.Single(record => record.EndsWith("sign.warnings", StringComparison.Ordinal));
        DiagnosticRecord.Write(signing, [new Diagnostic("KLP1006", DiagnosticSeverity.Warning, "signing")]);
        Assert.Empty(other.Build("-p:KlpSignModule=false").Succeeded().Warnings);
    }

    [Fact]
    public void A_record_that_is_damaged_is_an_error_that_says_which()
    {
        using TestProject other = new(sharedCache: project);
        other.Build().Succeeded();
        string record = other.Combine("obj", "Debug", TestKernel.Release, "convert.warnings");
        File.WriteAllText(record, "[{");

        Assert.Contains(record, other.Build().SingleError("KLP0012").Text, StringComparison.Ordinal);
        File.Delete(record);
        other.Build().Succeeded();
    }

    [Fact]
    public void A_warning_about_an_item_follows_it_to_another_line()
    {
        using TestProject other = new(sharedCache: project);
        const string Item = """<ItemGroup><KlpSymbol Include="linux_banner" Object="vmlinux" Position="1" /></ItemGroup>""";
        other.WriteProject(Item);
        BuildMessage warning = Assert.Single(other.Build().Succeeded().Warnings);
        Assert.Equal(("KLP3007", other.Combine("patch.csproj"), 2), (warning.Code, warning.File, warning.Line));

        other.WriteProject("<!-- one -->\n<!-- two -->\n" + Item);
        BuildResult moved = other.Build().Succeeded();
        Assert.Empty(moved.Ran);
        Assert.Equal(warning with { Line = 4 }, Assert.Single(moved.Warnings));
    }

    [Fact]
    public void Of_several_kernels_each_keeps_its_own()
    {
        using TestProject other = new(sharedCache: project);
        other.WriteProject(
            $"""
            <ItemGroup>
              <KlpKernel Include="one" Tree="{TestKernel.Tree}" />
              <KlpKernel Include="two" Tree="{TestKernel.Tree}" AdditionalProperties="KlpCompileOptions=-Wno-unused-variable" />
            </ItemGroup>
            <PropertyGroup><KlpKernelFolder>$(KlpKernelName)</KlpKernelFolder></PropertyGroup>
            """);
        other.Edit("patch.c", "\treturn 0;", "\tint unused;\n\n\treturn 0;");

        BuildMessage warning = Assert.Single(other.Build().Succeeded().Warnings);
        Assert.EndsWith("[kernel \"one\"]", warning.Text, StringComparison.Ordinal);
        BuildResult again = other.Build().Succeeded();
        Assert.Empty(again.Ran);
        Assert.Equal(warning, Assert.Single(again.Warnings));

        Assert.Equal(["KLP0017", "KLP1002"], Codes(other.Build("-p:TreatWarningsAsErrors=true").Errors));
        Assert.Equal(["KLP1002"], Codes(other.Build("-warnaserror").Errors));
        other.Build("-warnaserror", "-p:KlpKernelName=one").SingleError("KLP1002");
        other.Build("-warnaserror", "-p:KlpKernelName=two").Succeeded();
    }

    private static IEnumerable<string> Codes(IEnumerable<BuildMessage> messages) => messages.Select(message => message.Code).Order(StringComparer.Ordinal);

    /// <summary>A project of which three stages have something to say.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject()
        {
            Project.Build().Succeeded();
            Directory.CreateDirectory(Path.Combine(Project.Home, "released"));
            File.Copy(Project.Module, Path.Combine(Project.Home, "released", "patch-1.ko"));
            Project.WriteProject(
                """
                <ItemGroup>
                  <KlpReplaces Include="../released/*.ko" />
                  <KlpSymbol Include="linux_banner" Object="vmlinux" Position="1" />
                </ItemGroup>
                """);
            Project.Edit("patch.c", "\treturn 0;", "\tint unused;\n\n\treturn 0;");
            First = Project.Build().Succeeded();
        }

        internal TestProject Project { get; } = new();

        internal BuildResult First { get; }

        public void Dispose() => Project.Dispose();
    }
}
