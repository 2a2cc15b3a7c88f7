using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Projects whose tables are made from items. Each test begins with the same files, and what an earlier one built.</summary>
public sealed class TableTests : IClassFixture<TableTests.BuiltProject>
{
    private const string Tables = "KlpGenerateTables";
    private const string Compile = "KlpCompile";
    private const string Convert = "KlpConvert";
    private const string Validate = "KlpValidate";

    private readonly TestProject project;
    private readonly BuildResult first;

    public TableTests(BuiltProject built)
    {
        project = built.Project;
        first = built.First;
        built.Restore();
    }

    [Fact]
    public void A_project_of_new_functions_builds_without_a_warning_and_says_what_it_is()
    {
        Assert.Equal(["KlpResolveKernel", Tables, Compile, "KlpGenerateSymbols", Convert, Validate], first.Ran);
        Assert.Empty(first.Warnings);
        // Of itself the kernel warns of functions without a prototype.
        Assert.Empty(project.Build("-p:TreatWarningsAsErrors=true").Succeeded().Warnings);

        string information = ModInfo();
        Assert.Contains("\nlivepatch:      Y\n", information, StringComparison.Ordinal);
        Assert.Contains("\nlicense:        GPL\n", information, StringComparison.Ordinal);
        Assert.Contains("\nauthor:         Jane \"J\" Doe\n", information, StringComparison.Ordinal);
        Assert.Contains("author=Jörg\0", File.ReadAllText(project.Module), StringComparison.Ordinal);
        Assert.Contains("\ndescription:    Livepatch of vmlinux\n", information, StringComparison.Ordinal);
        // The .NET SDK's own Version is 1.0.0.
        Assert.DoesNotContain("\nversion:", information, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_description_is_noticed_also_when_it_looks_like_a_wildcard()
    {
        project.Build("-p:Description=Does it work?").Succeeded();
        project.Build("-p:Description=Does it run?").Succeeded();

        Assert.Contains("\ndescription:    Does it run?\n", ModInfo(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_project_says_of_itself_reaches_the_module()
    {
        project.Build("-p:Version=1.2-rc", "-p:Description=Two words", "-p:KlpModuleLicense=Dual BSD/GPL").Succeeded();

        string information = ModInfo();
        Assert.Contains("\nversion:        1.2-rc\n", information, StringComparison.Ordinal);
        Assert.Contains("\ndescription:    Two words\n", information, StringComparison.Ordinal);
        Assert.Contains("\nlicense:        Dual BSD/GPL\n", information, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_the_kernel_does_not_have_is_an_error_at_its_item_with_the_one_that_was_meant()
    {
        project.Edit("patch.csproj", "\"cmdline_proc_show\"", "\"cmdline_proc_shw\"");
        BuildMessage error = project.Build().SingleError("KLP3020");
        Assert.Equal((project.Combine("patch.csproj"), LineOf(project.Combine("patch.csproj"), "cmdline_proc_shw")), (error.File, error.Line));
        Assert.Contains("Did you mean 'cmdline_proc_show'?", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_changed_item_makes_the_tables_again()
    {
        project.Build().Succeeded();
        project.Edit("patch.csproj", "<ItemGroup>", "<!-- -->\n\n<ItemGroup>");
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Edit("patch.csproj", "Version=\"2\"", "Version=\"3\"");
        Assert.Equal([Tables, Compile, Convert, Validate], project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);

        File.Delete(project.Combine("obj", "Debug", TestKernel.Release, "klp-tables.c"));
        Assert.Equal([Tables, Compile], project.Build().Succeeded().Ran.Take(2));
    }

    [Fact]
    public void Hand_written_tables_take_the_place_of_generated_ones_when_the_items_go()
    {
        project.Build().Succeeded();
        string items = File.ReadAllText(project.Combine("patch.csproj"));
        string source = File.ReadAllText(project.Combine("patch.c"));
        project.Write("patch.csproj", $"<Project Sdk=\"Klp.Sdk/{PackedSdk.Version}\" />\n");
        project.Write("patch.c", TestProject.Source);

        Assert.Equal([Compile, Convert, Validate], project.Build().Succeeded().Ran);
        Assert.DoesNotContain(project.Files("obj/Debug"), file => file.Contains("klp-tables.", StringComparison.Ordinal));
        Assert.Contains("\ndescription:    Test livepatch\n", ModInfo(), StringComparison.Ordinal);

        project.Write("patch.csproj", items);
        project.Write("patch.c", source);
        Assert.Equal([Tables, Compile, Convert, Validate], project.Build().Succeeded().Ran);
    }

    [Fact]
    public void Two_copies_give_the_same_bytes_wherever_their_tables_are()
    {
        using TestProject other = new("patch", "another folder", sharedCache: project);
        foreach (string file in (string[])["patch.csproj", "patch.c"])
            other.Write(file, File.ReadAllText(project.Combine(file)));
        project.Build().Succeeded();
        other.Build("-p:UseArtifactsOutput=true", "-p:ArtifactsPath=" + Path.Combine(other.Home, "artifacts")).Succeeded();

        string module = Directory.EnumerateFiles(Path.Combine(other.Home, "artifacts", "bin"), "patch.ko", SearchOption.AllDirectories).Single();
        Assert.Equal(File.ReadAllBytes(project.Module), File.ReadAllBytes(module));
    }

    [Fact]
    public void Both_kinds_of_tables_are_an_error_that_names_both_places()
    {
        string own = project.Write("own.c", TestProject.Source.Replace("patched_cmdline_proc_show", "own", StringComparison.Ordinal));
        BuildMessage error = project.Build().SingleError("KLP1013");
        Assert.Equal((own, LineOf(own, "return klp_enable_patch(&patch);")), (error.File, error.Line));
        Assert.Contains($"'cmdline_proc_show' in {project.Combine("patch.csproj")}:{LineOf(project.Combine("patch.csproj"), "cmdline_proc_show")}.", error.Text, StringComparison.Ordinal);

        project.Write("own.c", "#include <linux/module.h>\n\nstatic int __init start(void)\n{\n\treturn 0;\n}\nmodule_init(start);\n");
        error = project.Build().SingleError("KLP1013");
        Assert.Equal(own, error.File);
        Assert.Contains("own.c has module_init().", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_function_that_is_static_or_not_there_is_an_error_at_its_item()
    {
        string items = project.Combine("patch.csproj");
        project.Edit("patch.c", "int livepatch_cmdline_proc_show", "static int livepatch_cmdline_proc_show");
        project.Edit("patch.c", "new_version", "new_versoin");
        project.Edit("patch.c", "void on_post", "void on_past");
        // Also when nothing is compiled again.
        project.Build();
        BuildResult result = project.Build();

        Assert.All(result.Errors, error => Assert.Equal(("KLP1014", items), (error.Code, error.File)));
        Assert.Equal([LineOf(items, "cmdline_proc_show"), LineOf(items, "version_proc_show"), LineOf(items, "KlpObject")], result.Errors.Select(error => error.Line));
        Assert.Contains($"is static in {project.Combine("patch.c")}:{LineOf(project.Combine("patch.c"), "livepatch_cmdline")}:", result.Errors[0].Text, StringComparison.Ordinal);
        Assert.Contains("They define new_versoin, on_past, on_pre.", result.Errors[1].Text, StringComparison.Ordinal);
        Assert.Contains("The post_patch callback of 'vmlinux' is 'on_post'", result.Errors[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_callback_of_another_prototype_is_an_error_of_the_compiler()
    {
        project.Edit("patch.c", "void on_post(struct klp_object *object)", "void on_post(void)");

        BuildMessage error = project.Build().SingleError("KLP1001");
        Assert.Equal((project.Combine("patch.c"), LineOf(project.Combine("patch.c"), "on_post")), (error.File, error.Line));
    }

    [Fact]
    public void Each_malformed_item_is_an_error_at_its_line()
    {
        string[] mistakes =
        [
            "<KlpFunction Include=\"a-b\" />",
            "<KlpFunction Include=\"one\" With=\"two three\" />",
            "<KlpFunction Include=\"one\" Object=\"zram.ko\" />",
            "<KlpFunction Include=\"one\" Position=\"-1\" />",
            "<KlpObject Include=\"a/b\" />",
            "<KlpObject Include=\"zram\" PreUnpatch=\"1\" />",
            "<KlpObject Include=\"zsmalloc\" PrePach=\"begin\" />",
            "<KlpState Include=\"0\" />",
            "<KlpState Include=\"one\" />",
            "<KlpState Include=\"1\" Version=\"4294967296\" />",
        ];
        project.Edit("patch.csproj", "<ItemGroup>", $"<ItemGroup>\n{string.Join('\n', mistakes)}");
        int start = LineOf(project.Combine("patch.csproj"), "<ItemGroup>") + 1;

        BuildResult result = project.Build();

        Assert.All(result.Errors, error => Assert.Equal(("KLP1010", project.Combine("patch.csproj")), (error.Code, error.File)));
        Assert.Equal(Enumerable.Range(start, mistakes.Length), result.Errors.Select(error => error.Line).Order());
    }

    [Fact]
    public void A_symbol_item_says_which_symbol_is_meant_and_is_named_when_it_is_wrong()
    {
        string items = project.Combine("patch.csproj");
        project.Build().Succeeded();
        Assert.Contains(".klp.sym.vmlinux.reserved_mem_count,1", Symbols(), StringComparison.Ordinal);

        project.Edit("patch.csproj", "Position=\"1\"", "Position=\" 2 \"");
        Assert.Equal([Convert, Validate], project.Build().Succeeded().Ran);
        Assert.Contains(".klp.sym.vmlinux.reserved_mem_count,2", Symbols(), StringComparison.Ordinal);

        project.Edit("patch.csproj", "Position=\" 2 \"", "Position=\"3\"");
        project.Edit("patch.csproj", "<KlpSymbol ", "<KlpSymbol Include=\"nothing\" />\n<KlpSymbol ");
        BuildResult result = project.Build();
        BuildMessage error = result.SingleError("KLP3004");
        Assert.Equal((items, LineOf(items, "reserved_mem_count")), (error.File, error.Line));
        BuildMessage warning = Assert.Single(result.Warnings);
        Assert.Equal(("KLP3007", items, LineOf(items, "nothing")), (warning.Code, warning.File, warning.Line));

        project.Edit("patch.csproj", "Position=\"3\"", "Position=\"first\"");
        error = project.Build().SingleError("KLP3005");
        Assert.Equal((items, LineOf(items, "reserved_mem_count")), (error.File, error.Line));
    }

    private string ModInfo()
    {
        Tool.Require("modinfo", "kmod");
        return "\n" + Tool.Run("modinfo", project.Module).Output;
    }

    private string Symbols() => Tool.Run("readelf", "-sW", project.Module).Output;

    private static int LineOf(string file, string text) => 1 + Array.FindIndex(File.ReadAllLines(file), line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>A project that has all kinds of items, built.</summary>
    public sealed class BuiltProject : IDisposable
    {
        public BuiltProject()
        {
            Restore();
            First = Project.Build().Succeeded();
        }

        internal TestProject Project { get; } = new();

        internal BuildResult First { get; }

        public void Dispose() => Project.Dispose();

        /// <summary>Takes back what a test changed.</summary>
        internal void Restore()
        {
            File.Delete(Project.Combine("own.c"));
            Write("patch.csproj", $"""
                <Project Sdk="Klp.Sdk/{PackedSdk.Version}">
                  <PropertyGroup>
                    <Authors>Jane "J" Doe;Jörg</Authors>
                  </PropertyGroup>
                  <ItemGroup>
                    <KlpFunction Include="cmdline_proc_show" />
                    <KlpFunction Include="version_proc_show" Object="vmlinux" With="new_version" />
                    <KlpObject Include="vmlinux" PrePatch="on_pre" PostPatch="on_post" />
                    <KlpState Include="0x10" Version="2" />
                    <KlpSymbol Include="reserved_mem_count" Position="1" />
                  </ItemGroup>
                </Project>

                """);
            Write("patch.c", """
                #define pr_fmt(format) "patch: " format
                #include <linux/livepatch.h>
                #include <linux/seq_file.h>

                extern int reserved_mem_count;

                int livepatch_cmdline_proc_show(struct seq_file *m, void *v)
                {
                	seq_printf(m, "patched %d\n", READ_ONCE(reserved_mem_count));
                	return 0;
                }

                int new_version(struct seq_file *m, void *v)
                {
                	return 0;
                }

                int on_pre(struct klp_object *object)
                {
                	return 0;
                }

                void on_post(struct klp_object *object)
                {
                }

                """);
        }

        private void Write(string file, string contents)
        {
            if (File.ReadAllText(Project.Combine(file)) != contents)
                Project.Write(file, contents);
        }
    }
}
