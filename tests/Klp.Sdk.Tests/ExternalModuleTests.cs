using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>KlpExternalModule: modules that were built outside the kernel tree.</summary>
public sealed class ExternalModuleTests : IClassFixture<OutOfTreeModules>, IDisposable
{
    private const string Driver = "vendor-driver.ko";
    private const string Helper = "vendor-helper.ko";
    private static readonly string[] AllStages = ["KlpResolveKernel", "KlpCompile", "KlpGenerateSymbols", "KlpConvert", "KlpValidate"];
    private static readonly string[] AllButTheDatabase = [.. AllStages.Where(stage => stage != "KlpGenerateSymbols")];

    private readonly OutOfTreeModules modules;
    private readonly TestProject project = new();

    public ExternalModuleTests(OutOfTreeModules modules)
    {
        this.modules = modules;
    }

    // kbuild could not work there.
    private string Vendor => Path.Combine(project.Home, "vendor files");

    public void Dispose() => project.Dispose();

    [Fact]
    public void One_is_patched_with_its_static_symbols()
    {
        modules.CopyTo(Vendor, Driver);
        Name("../vendor files/*.ko");
        PatchTheDriver();

        BuildResult result = project.Build().Succeeded();

        Assert.Empty(result.Warnings);
        Assert.Contains(" .klp.rela.vendor_driver..text", Tool.Run("readelf", "-SW", project.Module).Output, StringComparison.Ordinal);
        Assert.Contains(" .klp.sym.vendor_driver.vendor_driver_static,0", Tool.Run("readelf", "-sW", project.Module).Output, StringComparison.Ordinal);
        Assert.Contains(" .klp.sym.vendor_driver.vendor_driver_call,0", Tool.Run("readelf", "-sW", project.Module).Output, StringComparison.Ordinal);
        // Or modprobe would load it first.
        Assert.Equal("\n", Tool.Run("modinfo", "-F", "depends", project.Module).Output);
        Assert.Equal(["*vendor_driver"], File.ReadLines(project.Databases.Single()).Where(line => line.StartsWith("*vendor", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_it_its_symbols_are_unknown()
    {
        PatchTheDriver();

        BuildResult result = project.Build();

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal(["KLP3001", "KLP3001"], result.Errors.Select(error => error.Code));
    }

    [Fact]
    public void Exports_of_a_compressed_one_with_its_export_list_are_a_dependency()
    {
        Tool.Run("xz", "--check=crc32", modules.CopyTo(Vendor, Driver));
        modules.CopyTo(Vendor, "Module.symvers");
        Name($"../vendor files/{Driver}.xz");
        project.Edit("patch.c", "extern char *saved_command_line;", "int vendor_driver_call(int x);");
        project.Edit("patch.c", "seq_printf(m, \"patched %s\\n\", saved_command_line);", "seq_printf(m, \"patched %d\\n\", vendor_driver_call(1));");

        // What the user has to know is shown without being asked for, and fails no build that is strict.
        BuildResult result = project.Build("-warnaserror").Succeeded();

        Assert.Empty(result.Warnings);
        Assert.Contains("KLP3014: 'vendor_driver_call' is exported by the module vendor_driver", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"\sUND vendor_driver_call\n", Tool.Run("readelf", "-sW", project.Module).Output);
        Assert.Equal("vendor-driver\n", Tool.Run("modinfo", "-F", "depends", project.Module).Output);
    }

    [Fact]
    public void A_changed_added_or_removed_one_is_noticed()
    {
        string driver = modules.CopyTo(Vendor, Driver);
        Name("../vendor files/*.ko");
        PatchTheDriver();
        project.Build().Succeeded();
        Assert.Empty(project.Build().Succeeded().Ran);

        TestProject.Touch(driver);
        Assert.Equal(AllStages, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);

        string helper = modules.CopyTo(Vendor, Helper);
        Assert.Equal(AllStages, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);

        // The database of the driver alone is still there.
        File.Delete(helper);
        Assert.Equal(AllButTheDatabase, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);

        TestProject.Touch(modules.CopyTo(Vendor, "Module.symvers"));
        Assert.Equal(AllButTheDatabase, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void An_older_one_in_its_place_is_noticed()
    {
        string driver = modules.CopyTo(Vendor, Driver);
        Name("../vendor files/*.ko");
        PatchTheDriver();
        project.Build().Succeeded();

        File.SetLastWriteTimeUtc(driver, DateTime.UtcNow.AddYears(-1));
        Assert.Equal(AllStages, project.Build().Succeeded().Ran);
        Assert.Empty(project.Build().Succeeded().Ran);
    }

    [Fact]
    public void Projects_share_a_database_when_they_name_the_same_modules_and_only_then()
    {
        modules.CopyTo(Vendor, Driver);
        modules.CopyTo(Vendor, Helper);
        using TestProject same = new(sharedCache: project);
        using TestProject other = new(sharedCache: project);
        string link = Directory.CreateSymbolicLink(Path.Combine(same.Home, "linked"), Vendor).FullName;
        Name($"../vendor files/{Driver}", $"../vendor files/{Helper}");
        Name(same, $"{link}/{Helper}", $"{link}/{Driver}");
        Name(other, $"{link}/{Driver}");

        Assert.Equal(AllStages, project.Build().Succeeded().Ran);
        Assert.Equal(AllButTheDatabase, same.Build().Succeeded().Ran);
        Assert.Single(project.Databases);
        Assert.Equal(AllStages, other.Build().Succeeded().Ran);
        Assert.Equal(2, project.Databases.Count());

        Assert.All([project, same, other], built => Assert.Empty(built.Build().Succeeded().Ran));
    }

    [Fact]
    public void A_folder_a_missing_file_and_a_module_for_another_kernel_are_errors_with_their_place()
    {
        string driver = modules.CopyTo(Vendor, Driver);
        Name("../vendor files/");
        BuildMessage error = project.Build().SingleError("KLP0012");
        Assert.Equal(Vendor + "/", error.File);
        Assert.Contains($"<KlpExternalModule Include=\"{Vendor}/*.ko\" />", error.Text, StringComparison.Ordinal);

        Name("../vendor files/missing.ko");
        Assert.Equal(Path.Combine(Vendor, "missing.ko"), project.Build().SingleError("KLP0012").File);

        Name("../vendor files/vendor-driver.ko");
        byte[] contents = File.ReadAllBytes(driver);
        contents["vermagic=".Length + contents.AsSpan().IndexOf("vermagic="u8)] = (byte)'9';
        File.WriteAllBytes(driver, contents);
        error = project.Build().SingleError("KLP2005");
        Assert.Equal(driver, error.File);
        Assert.Contains($"vendor_driver: version magic '9", error.Text, StringComparison.Ordinal);
    }

    private void Name(params string[] files) => Name(project, files);

    private static void Name(TestProject project, params string[] files) => project.WriteProject($"""
        <ItemGroup>
          <KlpExternalModule Include="{string.Join(';', files)}" />
        </ItemGroup>
        """);

    private void PatchTheDriver()
    {
        project.Edit("patch.c", "extern char *saved_command_line;", "extern int vendor_driver_static(int x);\nint vendor_driver_call(int x);");
        project.Edit("patch.c", """
            static int patched_cmdline_proc_show(struct seq_file *m, void *v)
            {
            	seq_printf(m, "patched %s\n", saved_command_line);
            	return 0;
            }
            """, """
            static int patched_call(int x)
            {
            	return x > 1 ? vendor_driver_call(x - 1) : vendor_driver_static(x);
            }
            """);
        project.Edit("patch.c", ".old_name = \"cmdline_proc_show\", .new_func = patched_cmdline_proc_show", ".old_name = \"vendor_driver_call\", .new_func = patched_call");
        project.Edit("patch.c", ".funcs = funcs", ".name = \"vendor_driver\", .funcs = funcs");
    }
}
