using System.Reflection;
using System.Runtime.InteropServices;

namespace Klp.Tool.Tests;

/// <summary><c>klp</c> as a user gets it: packed, and installed with <c>dotnet tool install</c>.</summary>
public sealed class PackedToolTests(PackedToolTests.Installation tool, LivepatchFixture livepatch) : IClassFixture<PackedToolTests.Installation>, IClassFixture<LivepatchFixture>
{
    [Fact]
    public void It_lists_its_commands()
    {
        string help = tool.Run("--help");

        Assert.All(["build", "symbols", "convert", "inspect", "validate", "boot"], command => Assert.Matches($@"\n  {command} ", help));
    }

    [Fact]
    public void It_makes_a_database_and_inspects_a_module()
    {
        tool.Run("symbols", "--kernel", DemoKernelTree.Path, "-o", livepatch["installed.klp"]);
        tool.Run("convert", livepatch["installed.klp"], livepatch["good.ko"], livepatch["installed.ko"]);

        Assert.Equal(File.ReadAllBytes(livepatch["symbols.klp"]), File.ReadAllBytes(livepatch["installed.klp"]));
        Assert.Matches(@"vmlinux +meminfo_proc_show +0 +new_show", tool.Run("inspect", livepatch["installed.ko"]));
    }

    [Fact]
    public void It_brings_the_headers_for_sources()
    {
        using BuildFolder folder = new();
        string source = folder.Write("with-header.c", "#include <klp/relocation.h>\n" + BuildFolder.Source);

        tool.Run("build", "-k", DemoKernelTree.Path, "--function", BuildFolder.Function, "-o", folder["with-header.ko"], source);

        Assert.Contains("my_meminfo", tool.Run("inspect", folder["with-header.ko"]), StringComparison.Ordinal);
    }

    [Fact]
    public void It_brings_what_a_guest_needs()
    {
        tool.Run("convert", "-k", DemoKernelTree.Path, livepatch["good.ko"], "-o", livepatch["booted.ko"]);

        Assert.Contains("passed  unloads a second time\n", tool.Run("boot", "-k", DemoKernelTree.Path, livepatch["booted.ko"]), StringComparison.Ordinal);
    }

    /// <summary>The package of the sources, installed in a folder of its own from nothing but the package.</summary>
    public sealed class Installation : IDisposable
    {
        // Set by the dotnet that runs the tests, for itself.
        private static readonly string[] Unset = ["-u", "MSBUILD_EXE_PATH", "-u", "MSBuildSDKsPath", "-u", "MSBuildExtensionsPath", "-u", "MSBuildLoadMicrosoftTargetsReadOnly"];

        private readonly TempFolder folder = new();

        public Installation()
        {
            // With outputs of its own, because other tests may run from those of the checkout.
            DotNet([], "pack", Source, "-c", "Release", "-o", folder["feed"], $"-p:ArtifactsPath={folder["artifacts"]}");
            string package = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder["feed"]).Single());
            Assert.StartsWith("Klp.Tool.", package, StringComparison.Ordinal);
            folder.Write("nuget.config", "<configuration><packageSources><clear /></packageSources></configuration>");
            DotNet([$"NUGET_PACKAGES={folder["packages"]}"], "tool", "install", "--tool-path", folder["tools"], "--configfile", folder["nuget.config"],
                "--add-source", folder["feed"], "Klp.Tool", "--version", package["Klp.Tool.".Length..]);
        }

        /// <summary>Runs the installed command, which must succeed.</summary>
        internal string Run(params string[] arguments) =>
            Klp.Tests.Tool.Run("env", ["-u", "KLP_KERNEL_TREE", $"XDG_CACHE_HOME={folder["cache"]}", $"DOTNET_ROOT={Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory())}", folder["tools/klp"], .. arguments]).Output;

        public void Dispose() => folder.Dispose();

        private static string Source =>
            typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ToolProject").Value!;

        private static void DotNet(string[] environment, params string[] arguments) =>
            Klp.Tests.Tool.Run("env", [.. Unset, "DOTNET_CLI_TELEMETRY_OPTOUT=1", "MSBUILDDISABLENODEREUSE=1", .. environment, "dotnet", .. arguments]);
    }
}
