using System.Text.RegularExpressions;

namespace Klp.TestAdapter.Tests;

/// <summary>The kernel's own view of tables that were made from a project's items.</summary>
public partial class GeneratedTablesTests
{
    // m_show is that of /proc/modules and that of /proc/mounts.
    private const string Items = """
        <PropertyGroup>
          <KlpAtomicReplace>true</KlpAtomicReplace>
        </PropertyGroup>
        <ItemGroup>
          <KlpFunction Include="m_show" Position="2" />
          <KlpFunction Include="cmdline_proc_show" With="show" />
          <KlpFunction Include="initstate_show" Object="zram" />
          <KlpObject Include="vmlinux" PrePatch="before" PostPatch="patched" PreUnpatch="disabled" PostUnpatch="after" />
          <KlpObject Include="zram" PrePatch="before" PostPatch="patched" PreUnpatch="disabled" PostUnpatch="after" />
          <KlpState Include="0x10" Version="3" />
          <KlpState Include="7" />
          <KlpSymbol Include="reserved_mem_count" Position="1" />
          <KlpBootTest Include="guest/lists.c" />
          <KlpBootCheck Include="/proc/cmdline" Matches="^shown [0-9]+$" />
          <KlpBootCheck Include="/proc/self/mounts" Matches="^the second m_show$" />
          <KlpBootCheck Include="/proc/modules" DoesNotContain="m_show" />
          <KlpBootCheck Include="/sys/block/zram0/initstate" Matches="^of zram$" />
          <KlpBootCheck Include="/sys/kernel/livepatch/patch/replace" Matches="^1$" />
        </ItemGroup>
        """;

    private const string Source = """
        #include <linux/device.h>
        #include <linux/livepatch.h>
        #include <linux/seq_file.h>

        extern int reserved_mem_count;

        int show(struct seq_file *m, void *v)
        {
        	seq_printf(m, "shown %d\n", READ_ONCE(reserved_mem_count));
        	return 0;
        }

        int livepatch_m_show(struct seq_file *m, void *v)
        {
        	seq_puts(m, "the second m_show\n");
        	return 0;
        }

        ssize_t livepatch_initstate_show(struct device *dev, struct device_attribute *attr, char *buf)
        {
        	return sysfs_emit(buf, "of zram\n");
        }

        static void tell(const char *when, struct klp_object *object)
        {
        	struct klp_patch *patch = container_of(object->kobj.parent, struct klp_patch, kobj);

        	pr_info("callback: %s %s, %u %u\n", when, object->name ?: "vmlinux",
        		klp_get_state(patch, 16)->version, klp_get_state(patch, 7)->version);
        }

        int before(struct klp_object *object) { tell("before", object); return 0; }
        void patched(struct klp_object *object) { tell("patched", object); }
        void disabled(struct klp_object *object) { tell("disabled", object); }
        void after(struct klp_object *object) { tell("after", object); }

        """;

    private const string Lists = """
        #include <dirent.h>
        #include <stdio.h>

        static int list(const char *folder)
        {
        	char path[512];
        	struct dirent **entries;
        	int count = scandir(folder, &entries, NULL, alphasort);

        	for (int i = 0; i < count; i++) {
        		if (entries[i]->d_name[0] == '.' || entries[i]->d_type != DT_DIR)
        			continue;
        		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        		puts(path);
        		list(path);
        	}
        	return count < 0;
        }

        int main(void)
        {
        	return list("/sys/kernel/livepatch");
        }

        """;

    [Fact]
    public void The_kernel_has_what_the_items_say()
    {
        using LivepatchProject project = new(items: Items);
        project.Write("patch.c", Source);
        project.Write("guest/lists.c", Lists);

        TestRunOutcome run = project.Test();

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.DoesNotContain("warning", run.Output, StringComparison.Ordinal);
        Assert.All(run.Cases, item => Assert.Equal("Passed", item.Outcome));
        Assert.Equal(
            [
                "/sys/kernel/livepatch/patch",
                "/sys/kernel/livepatch/patch/vmlinux",
                "/sys/kernel/livepatch/patch/vmlinux/cmdline_proc_show,1",
                "/sys/kernel/livepatch/patch/vmlinux/m_show,2",
                "/sys/kernel/livepatch/patch/zram",
                "/sys/kernel/livepatch/patch/zram/initstate_show,1",
            ],
            run["patched: lists"].Output.Trim().Split('\n'));
        // With the versions of both states, as klp_get_state() finds them. zram was there first.
        string[] called = [.. Callback().Matches(run.ReadFile($"guest-{project.Release}.log")).Select(match => match.Groups["call"].Value)];
        string[] expected = [.. from time in new[] { "before", "patched", "disabled", "after" } from name in new[] { "vmlinux", "zram" } select $"{time} {name}, 3 1"];
        Assert.Equal(expected, called.Take(expected.Length));
    }

    [GeneratedRegex("callback: (?<call>.*)$", RegexOptions.Multiline)]
    private static partial Regex Callback();
}
