using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Klp.Tool.Tests;

/// <summary><c>klp build</c>: sources to a finished module, without a project.</summary>
public sealed class BuildCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BuildFolder folder = new();

    [Fact]
    public void A_source_and_a_function_make_a_valid_livepatch_and_nothing_else()
    {
        string tree = BuildFolder.KernelTreeState();

        folder.BuildWell("--function", BuildFolder.Function, "-o", "meminfo.ko", "meminfo.c");

        Assert.Equal(["meminfo.c", "meminfo.klp.json", "meminfo.ko"], folder.Files);
        Assert.Equal(BuildFolder.Source, File.ReadAllText(folder["meminfo.c"]));
        Assert.Equal(tree, BuildFolder.KernelTreeState());
        Assert.Equal(0, KlpCommand.Run("validate", "-k", DemoKernelTree.Path, folder["meminfo.ko"]).ExitCode);
        Assert.Equal("Y\n", Klp.Tests.Tool.Run("modinfo", "-F", "livepatch", folder["meminfo.ko"]).Output);
        Assert.Contains(".klp.sym.vmlinux.totalreserve_pages,0", Klp.Tests.Tool.Run("nm", folder["meminfo.ko"]).Output, StringComparison.Ordinal);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(folder["meminfo.klp.json"]));
        Assert.Equal("meminfo", manifest.RootElement.GetProperty("module").GetString());
    }

    [Fact]
    public void A_report_is_written_where_it_is_asked_for_also_of_a_patch_that_is_refused()
    {
        const string patch = "--- a/fs/proc/version.c\n+++ b/fs/proc/version.c\n@@ -11,3 +11,3 @@\n {\n-\tseq_printf(m, linux_proc_banner,\n+\tseq_printf(m, \"%s %s %s\",\n \t\tutsname()->sysname,\n";
        folder.Write("fix.patch", patch);
        folder.BuildWell("--patch", "fix.patch", "--dry-run", "--report", "out/fix.html");
        Assert.Contains("R_AARCH64_CALL26 seq_printf", File.ReadAllText(folder["out/fix.html"]), StringComparison.Ordinal);

        folder.Write("fix.patch", patch.Replace("linux_proc_banner", "another", StringComparison.Ordinal));
        KlpCommand refused = folder.Build("--patch", "fix.patch", "-o", "fix.ko", "--report", "fix.txt");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Refused for Linux", File.ReadAllText(folder["fix.txt"]), StringComparison.Ordinal);
        Assert.DoesNotContain("fix.ko", folder.Files);

        foreach ((string[] wrong, string message) in new[] { (new[] { "--report", "fix.pdf" }, ".html"), (["--report", "fix.html", "-k", "a", "-k", "b"], "one kernel") })
            Assert.Contains(message, folder.Build(["--patch", "fix.patch", "--dry-run", .. wrong]).Error, StringComparison.Ordinal);
        Assert.Contains("--patch", folder.Build("--report", "fix.html", "-o", "meminfo.ko", "meminfo.c").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void It_lives_in_a_booted_kernel()
    {
        folder.BuildWell("--function", BuildFolder.Function + "@vmlinux,0", "-o", "meminfo.ko", "meminfo.c", "--option", "-DTEXT='\"from klp build\"'");

        KlpCommand boot = KlpCommand.Run("boot", "-k", DemoKernelTree.Path, "--show", "/proc/meminfo", folder["meminfo.ko"]);

        Assert.True(boot.ExitCode == 0, boot.Error);
        Assert.Matches(@"==> /proc/meminfo patched\nfrom klp build [0-9]+\n", boot.Output);
    }

    [Fact]
    public void Tables_can_be_written_by_hand_and_two_builds_are_the_same()
    {
        string[] arguments = ["--module-name", "two-files", "-I", "include", "--option", "-DDIRECT", "--option", "-finline-functions", "a.c", "b.c"];
        folder.Write("include/shared.h", "int show(struct seq_file *m, void *v);\n");
        folder.Write("a.c", "#include <linux/seq_file.h>\n#include <shared.h>\n#include <klp/relocation.h>\n#ifdef DIRECT\nint show(struct seq_file *m, void *v) { return 0; }\n#endif\n");
        folder.Write("b.c", """
            #include <linux/livepatch.h>
            #include <linux/module.h>
            #include <linux/seq_file.h>
            #include <shared.h>
            static struct klp_func funcs[] = { { .old_name = "meminfo_proc_show", .new_func = show }, { } };
            static struct klp_object objs[] = { { .funcs = funcs }, { } };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objs };
            static int __init start(void) { return klp_enable_patch(&patch); }
            static void __exit stop(void) { }
            module_init(start);
            module_exit(stop);
            MODULE_DESCRIPTION("test");
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """);

        folder.BuildWell([.. arguments, "-o", "first.ko"]);
        folder.BuildWell([.. arguments, "-o", "out/", "--keep", "kept"]);
        folder.BuildWell([.. arguments, "-o", "third.ko", "--keep", "kept", "--log", "kbuild.log"]);

        string release = Path.GetFileName(Directory.GetDirectories(folder["out"]).Single());
        Assert.Equal(File.ReadAllBytes(folder["first.ko"]), File.ReadAllBytes(folder[$"out/{release}/two-files.ko"]));
        Assert.Equal(File.ReadAllBytes(folder["first.ko"]), File.ReadAllBytes(folder["third.ko"]));
        Assert.DoesNotContain("  CC ", File.ReadAllText(folder["kbuild.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kernel_has_its_module_and_one_that_fails_keeps_all_from_being_written()
    {
        string[] kernels = ["-k", DemoKernelTree.Path, "-k", PreviousKernelTree.Path];

        KlpCommand failed = folder.Build([.. kernels, "--function", BuildFolder.Function, "--option", "-DTEXT=$(if $(filter 2,$(PATCHLEVEL)),nothing,'\"x\"')", "-o", "out/", "meminfo.c"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains($"[kernel \"{PreviousKernelTree.Path}\"]", failed.Error, StringComparison.Ordinal);
        Assert.Equal(["meminfo.c"], folder.Files);

        folder.BuildWell([.. kernels, "--function", BuildFolder.Function, "-o", "out/", "meminfo.c"]);

        string[] releases = [.. Directory.GetDirectories(folder["out"]).Select(made => Path.GetFileName(made)).Order(StringComparer.Ordinal)];
        Assert.Equal(2, releases.Length);
        Assert.Equal(["meminfo.c", .. releases.SelectMany(release => new[] { $"out/{release}/meminfo.klp.json", $"out/{release}/meminfo.ko" })], folder.Files);
        Assert.All(releases, release => Assert.StartsWith(release + " ", Klp.Tests.Tool.Run("modinfo", "-F", "vermagic", folder[$"out/{release}/meminfo.ko"]).Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_kernels_of_one_release_would_have_one_module()
    {
        KlpCommand build = folder.Build("-k", DemoKernelTree.Path, "-k", DemoKernelTree.Path + "/.", "--function", BuildFolder.Function, "-o", "out/", "meminfo.c");

        Assert.Equal(2, build.ExitCode);
        Assert.Contains("Two kernels are of the release", build.Error, StringComparison.Ordinal);
        Assert.Equal(["meminfo.c"], folder.Files);
    }

    [Fact]
    public void It_is_signed_and_compressed()
    {
        Klp.Tests.Tool.Require("openssl", "openssl");
        Klp.Tests.Tool.Run("openssl", "req", "-new", "-nodes", "-x509", "-newkey", "rsa:2048", "-subj", "/CN=test", "-keyout", folder["key.pem"], "-out", folder["key.crt"]);

        folder.BuildWell("--function", BuildFolder.Function, "-o", "meminfo.ko.xz", "meminfo.c", "--signing-key", "key.pem", "--signing-certificate", "key.crt", "--signing-hash", "sha512");

        Assert.Equal(["key.crt", "key.pem", "meminfo.c", "meminfo.klp.json", "meminfo.ko.xz"], folder.Files);
        Klp.Tests.Tool.Run("xz", "-d", folder["meminfo.ko.xz"]);
        SignedModule.AssertVerifies(folder["meminfo.ko"], folder["key.crt"]);
        Assert.Equal("sha512\n", Klp.Tests.Tool.Run("modinfo", "-F", "sig_hashalgo", folder["meminfo.ko"]).Output);

        KlpCommand keyless = folder.Build("--function", BuildFolder.Function, "-o", "unsigned.ko", "meminfo.c", "--sign");
        Assert.Contains("--signing-key is not set", keyless.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unsigned.ko", folder.Files);
    }

    [Fact]
    public void What_is_wrong_is_at_its_line_and_the_old_module_stays()
    {
        File.WriteAllText(folder["meminfo.ko"], "old");
        folder.Write("meminfo.c", BuildFolder.Source.Replace("return 0", "return nothing", StringComparison.Ordinal));

        KlpCommand build = folder.Build("--function", BuildFolder.Function, "-o", "meminfo.ko", "meminfo.c", "--format", "sarif");

        Assert.Equal(1, build.ExitCode);
        using JsonDocument log = JsonDocument.Parse(build.Output);
        JsonElement result = log.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("KLP1001", result.GetProperty("ruleId").GetString());
        Assert.Contains("meminfo.c\"", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"startLine\": 10", result.ToString(), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["meminfo.ko"]));
        Assert.Equal(["meminfo.c", "meminfo.ko"], folder.Files);
    }

    /// <summary>readelf shows which functions the structure refers to, and gcc where its members are.</summary>
    [Fact]
    public void Callbacks_are_in_the_structure_of_their_object_and_in_the_order_of_its_members()
    {
        folder.Write("calls.c", """
            #include <linux/livepatch.h>
            int before(struct klp_object *object) { return 0; }
            void after(struct klp_object *object) { }
            void gone(struct klp_object *object) { }
            """);

        KlpCommand build = folder.Build(
            "--function", BuildFolder.Function, "--callback", "post_unpatch=gone", "--callback", "pre_patch=before@vmlinux",
            "--callback", "post_patch=after@zram", "-o", "calls.ko", "meminfo.c", "calls.c");

        Assert.Equal((0, ""), (build.ExitCode, build.Error));
        string relocations = Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "readelf", "-rW", folder["calls.ko"]).Output;
        string[] called = [.. relocations.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 4 && fields[4] is "before" or "after" or "gone").Select(fields => fields[4])];
        Assert.Equal(["before", "gone", "after"], called);
    }

    [Theory]
    [InlineData("--function is \"=x\" and has to be OLD[=NEW][@OBJECT][,POSITION]", "--function", "=x", "-o", "a.ko", "meminfo.c")]
    [InlineData("which is not the name of a C function", "--function", "a=b.c", "-o", "a.ko", "meminfo.c")]
    [InlineData("It has to be a number", "--function", "a=b@vmlinux,first", "-o", "a.ko", "meminfo.c")]
    [InlineData("--callback is \"pre_patch\" and has to be KIND=FUNCTION[@OBJECT]", "--callback", "pre_patch", "-o", "a.ko", "meminfo.c")]
    [InlineData("the kinds are pre_patch, post_patch, pre_unpatch, post_unpatch", "--callback", "before=f", "-o", "a.ko", "meminfo.c")]
    [InlineData("which is not the name of a module", "--callback", "pre_patch=f@a/b", "-o", "a.ko", "meminfo.c")]
    [InlineData("--callback pre_patch of vmlinux is given twice", "--callback", "pre_patch=f", "--callback", "pre_patch=g@vmlinux", "-o", "a.ko", "meminfo.c")]
    [InlineData("klp: error: --format is \"xml\" and has to be text, json or sarif.\n", "--format", "xml", "-o", "a.ko", "meminfo.c")]
    [InlineData("--output", "meminfo.c")]
    [InlineData("SOURCE is empty", "-o", "a.ko", "")]
    [InlineData("end it with .ko", "-o", "a.out", "meminfo.c")]
    [InlineData("write --output a.ko/", "-k", "x", "-k", "y", "-o", "a.ko", "meminfo.c")]
    [InlineData("Give --module-name NAME", "-o", "out/", "a.c", "b.c")]
    [InlineData("do not agree", "-o", "a.ko", "--compress", "xz", "meminfo.c")]
    [InlineData("--compress", "-o", "a.ko", "--compress", "lzma", "meminfo.c")]
    [InlineData("--replace is for the tables", "-o", "a.ko", "--replace", "meminfo.c")]
    [InlineData("a patch of the kernel with --patch FILE", "-o", "a.ko")]
    [InlineData("--explain is about patches", "-o", "a.ko", "--explain", "meminfo.c")]
    [InlineData("Give --output FILE.ko", "--patch", "a.patch")]
    [InlineData("--strip has to be a number", "--patch", "a.patch", "--strip", "-1", "-o", "a.ko")]
    [InlineData("--max-units has to be a number", "--patch", "a.patch", "--max-units", "0", "-o", "a.ko")]
    [InlineData("--option is for sources", "--patch", "a.patch", "--option", "-DX", "-o", "a.ko")]
    [InlineData("--patch - is what standard input has, once", "--patch", "-", "--patch", "-", "-o", "a.ko")]
    [InlineData("as there are no sources", "--patch", "a.patch", "-o", "out/")]
    public void Wrong_use_is_told_with_exit_code_2(string message, params string[] arguments)
    {
        KlpCommand build = folder.Build(arguments);

        Assert.Equal(2, build.ExitCode);
        Assert.Contains(message, build.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Klp", build.Error, StringComparison.Ordinal);
        Assert.Equal(["meminfo.c"], folder.Files);
    }

    [Theory]
    [InlineData("KLP0010", "Set --module-name, for example to \"a_b\"", "--module-name", "a b", "-o", "a.ko", "meminfo.c")]
    [InlineData("KLP0012", "none.patch: error KLP0012: The patch ", "-o", "a.ko", "--patch", "none.patch")]
    [InlineData("KLP0012", "Correct its name", "-o", "a.ko", "none.c")]
    [InlineData("KLP1019", "The file meminfo.cpp is no source", "-o", "a.ko", "meminfo.cpp")]
    [InlineData("KLP1014", "after the \"=\" of --function", "--function", "meminfo_proc_show", "-o", "a.ko", "meminfo.c")]
    [InlineData("KLP6009", "leave the option out", "--function", BuildFolder.Function, "-o", "a.ko", "meminfo.c", "--launcher", "no-such-launcher")]
    public void Messages_speak_of_options(string code, string message, params string[] arguments)
    {
        KlpCommand build = folder.Build(arguments);

        Assert.True(build.ExitCode is 1 or 2, build.Error);
        Assert.Contains($"error {code}: ", build.Error, StringComparison.Ordinal);
        Assert.Contains(message, build.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Klp", build.Error, StringComparison.Ordinal);
        Assert.Equal(["meminfo.c"], folder.Files);
    }

    [Fact]
    public void A_file_keeps_its_name_also_where_a_project_has_such_an_item()
    {
        folder.Write("KlpFunction.cpp", "");

        Assert.Contains("The file KlpFunction.cpp is no source", folder.Build("-o", "a.ko", "KlpFunction.cpp").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_lists_every_option()
    {
        string help = KlpCommand.Run("build", "--help").Output;

        Assert.All(
        [
            "--kernel", "--output", "--module-name", "--function", "--replace", "--license", "--author", "--description", "--module-version", "--option",
            "--include", "--cross-compile", "--launcher", "--environment", "--external-module", "--vmlinux", "--symbols", "--sign", "--signing-key",
            "--signing-certificate", "--signing-hash", "--compress", "--replaces", "--log", "--keep", "--format", "--json",
        ], option => Assert.Matches($@"\n  (-\w, )?{option}[ ,]", help));
        Assert.Contains("klp build --kernel $(KDIR)", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_ends_make_and_leaves_nothing(string signal)
    {
        string marker = folder["../compiling"];
        string prefix = SlowCompiler(marker);
        string[] command = Signals.Heeding(
            KlpCommand.Program[0], [.. KlpCommand.Program[1..], "build", "--cross-compile", prefix, "--function", BuildFolder.Function, "-o", "meminfo.ko", "meminfo.c"]);
        ProcessStartInfo start = new(command[0], command[1..]) { WorkingDirectory = folder.Path, RedirectStandardError = true };
        foreach ((string name, string value) in folder.Environment)
            start.Environment[name] = value;
        using Process build = Process.Start(start)!;
        Wait(() => File.Exists(marker) || build.HasExited);
        Assert.False(build.HasExited);

        Signals.Send(signal, build.Id);

        Assert.True(build.WaitForExit(Patience));
        Assert.NotEqual(0, build.ExitCode);
        int compiler = int.Parse(File.ReadAllText(marker), CultureInfo.InvariantCulture);
        Wait(() => !Processes.Lives(compiler));
        Assert.Equal(["meminfo.c"], folder.Files);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Temporary, "klp-*"));
    }

    public void Dispose() => folder.Dispose();

    // Takes its time to compile; everything else is the real compiler's.
    private string SlowCompiler(string marker)
    {
        string tools = Directory.CreateDirectory(folder["../tools"]).FullName;
        foreach (string program in Klp.Tests.Tool.SearchPath.Where(Directory.Exists).SelectMany(path => Directory.EnumerateFiles(path, Klp.Tests.Tool.Arm64 + "*")).DistinctBy(Path.GetFileName))
            File.CreateSymbolicLink(Path.Combine(tools, Path.GetFileName(program)), program);
        string compiler = Path.Combine(tools, Klp.Tests.Tool.Arm64 + "gcc");
        string real = File.ResolveLinkTarget(compiler, returnFinalTarget: true)!.FullName;
        File.Delete(compiler);
        File.WriteAllText(compiler, $"#!/bin/sh\ncase \" $* \" in *meminfo*\" -c \"*|*\" -c \"*meminfo*) echo $$ >{marker}.new; mv {marker}.new {marker}; exec sleep 300;; esac\nexec {real} \"$@\"\n");
        Klp.Tests.Tool.Run("chmod", "+x", compiler);
        return Path.Combine(tools, Klp.Tests.Tool.Arm64);
    }

    private static void Wait(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, "It did not happen.");
            Thread.Sleep(50);
        }
    }
}
