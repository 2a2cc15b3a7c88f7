using System.IO.Compression;
using System.Text.Json;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What is written where, and that it does not depend on where the project is.</summary>
public sealed class FolderTests
{
    [Fact]
    public void Nothing_is_written_beside_the_sources_or_into_the_kernel_tree()
    {
        using TestProject project = new();
        project.Write("lib/lib.c", "const char lib_text[] = \"text\";\n");
        // The restore makes obj.
        DotNet.Run(project.Folder, ["restore"], project.Environment);
        File.SetUnixFileMode(project.Combine("lib"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        IReadOnlyList<string> sources = Snapshot.Of(project.Folder, "obj", "bin");
        IReadOnlyList<string> kernel = Snapshot.Of(TestKernel.Tree);

        project.Build().Succeeded();

        Assert.Equal(sources.Where(entry => !entry.StartsWith(". ", StringComparison.Ordinal)), Snapshot.Of(project.Folder, "obj", "bin"));
        Assert.Equal(kernel, Snapshot.Of(TestKernel.Tree));
        File.SetUnixFileMode(project.Combine("lib"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("it's, \"quoted\" & #1 größe $(x)")]
    public void A_folder_with_any_characters_builds(string folder)
    {
        using TestProject project = new(folder: folder);
        project.Write("sub folder/my lib.c", "#include <linux/bug.h>\n#include \"text.h\"\nvoid lib(int x);\nvoid lib(int x)\n{\n\tWARN_ON(x == 3);\n}\n");
        project.Write("sub folder/text.h", "#define TEXT \"text\"\n");

        BuildResult first = project.Build().Succeeded();
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/patch.klp.json", $"bin/Debug/{TestKernel.Release}/patch.ko"], project.Files("bin"));
        Assert.Equal(["KlpResolveKernel", "KlpCompile", "KlpGenerateSymbols", "KlpConvert", "KlpValidate"], first.Ran);
        Assert.Empty(project.Build().Succeeded().Ran);

        project.Write("sub folder/text.h", "#error changed\n");
        BuildMessage error = project.Build().SingleError("KLP1001");
        Assert.Equal((project.Combine("sub folder", "text.h"), 1), (error.File, error.Line));

        // kbuild worked in the cache folder; clean has to find it there.
        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(project.Home, "cache", "klp-sdk", "stage")));
        project.Run("clean").Succeeded();
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(project.Home, "cache", "klp-sdk", "stage")));
    }

    [Fact]
    public void Two_copies_of_a_project_give_the_same_bytes_signed_and_compressed()
    {
        Tool.Require("openssl", "openssl");
        using TestProject one = new();
        using TestProject other = new(folder: "another place, with space", sharedCache: one);
        string key = Path.Combine(one.Home, "key.pem");
        string certificate = Path.Combine(one.Home, "key.crt");
        Tool.Run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-keyout", key, "-out", certificate);
        foreach (TestProject project in (TestProject[])[one, other])
        {
            project.Write("lib/lib.c", "#include <linux/bug.h>\n#include \"check.h\"\nvoid lib(int x);\nvoid lib(int x)\n{\n\tcheck(x);\n}\n");
            project.Write("lib/check.h", "static inline void check(int x)\n{\n\tWARN_ON(x == 3);\n}\n");
            project.Build($"-p:KlpSigningKey={key}", $"-p:KlpSigningCertificate={certificate}", "-p:KlpModuleCompression=zstd").Succeeded();
        }

        Assert.Equal(File.ReadAllBytes(one.Module + ".zst"), File.ReadAllBytes(other.Module + ".zst"));
        Assert.Equal(File.ReadAllText(Path.ChangeExtension(one.Module, ".klp.json")), File.ReadAllText(Path.ChangeExtension(other.Module, ".klp.json")));
        string signed = one.Combine("obj", "Debug", TestKernel.Release, "signed", "patch.ko");
        SignedModule.AssertVerifies(signed, certificate);
        Assert.DoesNotContain(PackedSdk.Folder, File.ReadAllText(signed), StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_removes_what_the_build_made_and_only_that()
    {
        using TestProject project = new();
        DotNet.Run(project.Folder, ["restore"], project.Environment);
        IReadOnlyList<string> before = Names(project);
        project.Build().Succeeded();
        project.Write($"bin/Debug/{TestKernel.Release}/notes/mine.txt", "");

        project.Run("clean").Succeeded();
        Assert.Equal([$"bin/Debug/{TestKernel.Release}/notes/mine.txt"], project.Files("bin"));
        Assert.Single(project.Databases);

        Directory.Delete(project.Combine("bin", "Debug", TestKernel.Release, "notes"), recursive: true);
        project.Build().Succeeded();
        project.Run("clean").Succeeded();
        Assert.Empty(Directory.EnumerateFileSystemEntries(project.Combine("bin", "Debug")));
        // The .NET SDK's own cache of the restore is what it always leaves.
        Assert.Equal(before, Names(project).Where(name => !name.StartsWith("obj/Debug", StringComparison.Ordinal) && !name.StartsWith("bin", StringComparison.Ordinal)));
        Assert.Equal(["obj/Debug/patch.assets.cache"], project.Files("obj/Debug"));
        Assert.Single(project.Databases);
    }

    [Fact]
    public void Publish_puts_the_module_under_its_release_and_clean_takes_it_away()
    {
        using TestProject project = new();

        project.Run("publish").Succeeded();
        Assert.Equal(
            [$"bin/Release/{TestKernel.Release}/patch.klp.json", $"bin/Release/{TestKernel.Release}/patch.ko", $"bin/Release/publish/{TestKernel.Release}/SHA256SUMS", $"bin/Release/publish/{TestKernel.Release}/patch.klp.json", $"bin/Release/publish/{TestKernel.Release}/patch.ko"],
            project.Files("bin"));

        project.Run("clean", "-c", "Release").Succeeded();
        Assert.Empty(project.Files("bin"));
    }

    [Fact]
    public void Beside_the_module_is_a_manifest_that_has_its_hash_and_the_databases()
    {
        using TestProject project = new();

        project.Build().Succeeded();

        JsonElement manifest = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(project.Module, ".klp.json"))).RootElement;
        Assert.Equal(Tool.Run("sha256sum", project.Module).Output.Split(' ')[0], manifest.GetProperty("sha256").GetString());
        Assert.Equal(Tool.Run("sha256sum", project.Databases.Single()).Output.Split(' ')[0], manifest.GetProperty("kernel").GetProperty("symbolsSha256").GetString());
        Assert.Equal(TestKernel.Release, manifest.GetProperty("kernel").GetProperty("release").GetString());
    }

    [Fact]
    public void Pack_puts_the_module_under_its_release()
    {
        using TestProject project = new();

        project.Run("pack").Succeeded();

        using ZipArchive package = ZipFile.OpenRead(project.Combine("bin", "Release", "patch.1.0.0.nupkg"));
        Assert.Equal([$"contentFiles/any/any/livepatch/{TestKernel.Release}/patch.klp.json", $"contentFiles/any/any/livepatch/{TestKernel.Release}/patch.ko"], package.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).Where(name => name.StartsWith("contentFiles/", StringComparison.Ordinal) || name.EndsWith(".dll", StringComparison.Ordinal)));
    }

    private static IReadOnlyList<string> Names(TestProject project) => [.. Snapshot.Of(project.Folder).Select(entry => entry.Split(' ')[0])];
}
