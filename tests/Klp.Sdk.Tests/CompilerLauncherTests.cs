using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Compilers that a launcher calls, seen in the launchers' own logs.</summary>
public sealed class CompilerLauncherTests
{
    [Fact]
    public void What_one_checkout_compiled_ccache_has_for_the_other()
    {
        Tool.Require("ccache", "ccache");
        using TestProject one = new();
        using TestProject other = new(folder: "elsewhere", sharedCache: one);
        string statistics = Path.Combine(one.Home, "ccache.log");
        foreach (TestProject project in (TestProject[])[one, other])
        {
            project.Write("text.h", "#define TEXT \"patched %s\\n\"\n");
            project.Edit("patch.c", "\"patched %s\\n\"", "TEXT");
            project.Edit("patch.c", "#include <linux/seq_file.h>", "#include <linux/seq_file.h>\n#include \"text.h\"");
            project.Variables["CCACHE_DIR"] = Path.Combine(one.Home, "ccache");
            project.Variables["CCACHE_STATSLOG"] = statistics;
        }

        one.Build("-p:KlpCompilerLauncher=ccache").Succeeded();
        Assert.Contains("cache_miss", Results(statistics));
        File.Delete(statistics);
        other.Build("-p:KlpCompilerLauncher=ccache").Succeeded();
        Assert.Contains("direct_cache_hit", Results(statistics));
        Assert.DoesNotContain("cache_miss", Results(statistics));

        Assert.Equal(File.ReadAllBytes(one.Module), File.ReadAllBytes(other.Module));
        Assert.Empty(other.Build("-p:KlpCompilerLauncher=ccache").Succeeded().Ran);
        // Also what came from the cache depends on its headers.
        other.Write("text.h", "#define TEXT \"changed %s\\n\"\n");
        other.Build("-p:KlpCompilerLauncher=ccache").Succeeded();
        Assert.Contains("changed %s", File.ReadAllText(other.Module), StringComparison.Ordinal);

        // The launcher makes no difference to what is compiled.
        one.Run("clean").Succeeded();
        byte[] launched = File.ReadAllBytes(other.Module);
        one.Write("text.h", "#define TEXT \"changed %s\\n\"\n");
        one.Build().Succeeded();
        Assert.Equal(launched, File.ReadAllBytes(one.Module));
    }

    [Fact]
    public void Distcc_compiles_on_the_servers_it_is_given()
    {
        Tool.Require("distcc", "distcc");
        using TestProject project = new();
        using DistccServer server = new();
        project.Variables["DISTCC_HOSTS"] = $"127.0.0.1:{server.Port}";
        project.Variables["DISTCC_DIR"] = Directory.CreateDirectory(Path.Combine(project.Home, "distcc")).FullName;
        project.Variables["DISTCC_FALLBACK"] = "0";

        project.Build("-p:KlpCompilerLauncher=distcc").Succeeded();

        server.Stop();
        Assert.Contains(server.Log, line => line.Contains("COMPILE_OK", StringComparison.Ordinal) && line.EndsWith("patch.c", StringComparison.Ordinal));
        Assert.Equal("Y", Tool.Run("modinfo", "-F", "livepatch", project.Module).Output.Trim());
    }

    [Fact]
    public void A_launcher_that_is_not_there_or_cannot_be_called_is_an_error()
    {
        using TestProject project = new();

        Assert.Contains("apt install ccoche", project.Build("-p:KlpCompilerLauncher=ccoche --x").SingleError("KLP6009").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("apt", project.Build("-p:KlpCompilerLauncher=/opt/ccache").SingleError("KLP6009").Text, StringComparison.Ordinal);
        Assert.Contains("cannot launch", project.Build("-p:KlpCompilerLauncher=ccache|tee").SingleError("KLP6009").Text, StringComparison.Ordinal);
    }

    // The log has the name of each source, and below it what came of it.
    private static IReadOnlyList<string> Results(string statistics) =>
        [.. File.ReadAllLines(statistics).SkipWhile(line => !line.EndsWith("/patch.c", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith('#'))];
}
