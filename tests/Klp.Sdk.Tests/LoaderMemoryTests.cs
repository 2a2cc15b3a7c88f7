using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Symbols that the kernel would resolve too late or not at all: what dotnet build says of them.</summary>
public sealed class LoaderMemoryTests : IDisposable
{
    private readonly TestProject project = new();

    [Fact]
    public void A_per_cpu_variable_that_begins_with_a_modules_symbol_is_an_error_at_its_line()
    {
        project.WriteProject("""<ItemGroup><KlpFunction Include="initstate_show" Object="zram" /></ItemGroup>""");
        project.Write("patch.c", """
            #include <linux/device.h>
            #include <linux/percpu.h>
            extern unsigned int num_devices;
            static DEFINE_PER_CPU(unsigned int *, where) = &num_devices;
            ssize_t livepatch_initstate_show(struct device *dev, struct device_attribute *attr, char *buf)
            {
            	return sysfs_emit(buf, "%d\n", *this_cpu_read(where) > 0);
            }
            """);

        BuildMessage error = project.Build().SingleError("KLP3015");
        Assert.Contains("where is a per-CPU variable and uses 'num_devices' of the module zram", error.Text, StringComparison.Ordinal);
        Assert.Equal((project.Combine("patch.c"), 4), (error.File, error.Line));
    }

    [Fact]
    public void A_weak_declaration_of_a_function_that_the_kernel_has_is_resolved()
    {
        WriteWeak("extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num) __weak;", "show_val_kb(m, \"reserve: \", 1);");

        project.Build().Succeeded();

        Assert.Contains(".klp.sym.vmlinux.show_val_kb,0", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(project.Module)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weak_declaration_of_a_variable_is_an_error_with_a_way_out_that_works()
    {
        WriteWeak("extern unsigned long totalreserve_pages __weak;", "seq_printf(m, \"%lu\\n\", totalreserve_pages);");

        BuildResult result = project.Build();
        Assert.NotEqual(0, result.ExitCode);
        Assert.All(result.Errors, error =>
        {
            Assert.Equal(("KLP3011", project.Combine("patch.c"), 5), (error.Code, error.File, error.Line));
            Assert.Contains("Declare it without __weak", error.Text, StringComparison.Ordinal);
            Assert.Contains("-mcmodel=large", error.Text, StringComparison.Ordinal);
        });

        project.Build("-p:KlpCompileOptions=-mcmodel=large").Succeeded();
        project.Edit("patch.c", " __weak", "");
        project.Build().Succeeded();
    }

    public void Dispose() => project.Dispose();

    private void WriteWeak(string declaration, string use)
    {
        project.WriteProject("""<ItemGroup><KlpFunction Include="cmdline_proc_show" /></ItemGroup>""");
        project.Write("patch.c", $$"""
            #include <linux/seq_file.h>
            {{declaration}}
            int livepatch_cmdline_proc_show(struct seq_file *m, void *v)
            {
            	{{use}}
            	return 0;
            }
            """);
    }
}
