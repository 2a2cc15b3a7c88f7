using System.IO.Compression;
using System.Reflection;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>What is in the packed SDK.</summary>
public sealed class PackageTests
{
    private const string Notices = "THIRD-PARTY-NOTICES.txt";

    [Fact]
    public void Each_library_of_others_comes_with_its_notice()
    {
        using ZipArchive package = Open();
        string[] ofOthers = [.. package.Entries
            .Select(entry => entry.Name)
            .Where(name => name.EndsWith(".dll", StringComparison.Ordinal) && !name.StartsWith("Klp.", StringComparison.Ordinal))
            .Distinct()];
        Assert.Contains("ELFSharp.dll", ofOthers);

        ZipArchiveEntry? entry = package.GetEntry(Notices);
        Assert.NotNull(entry);
        using StreamReader reader = new(entry.Open());
        string[] notices = reader.ReadToEnd().Split('\n');
        Assert.All(ofOthers, library => Assert.Contains(notices, line => line.StartsWith(library + " (", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("net10.0", false)]
    [InlineData("net10.0-linux-x64", true)]
    [InlineData("net10.0-linux-arm64", true)]
    public void Each_task_assembly_has_code_for_the_machine_of_its_folder(string folder, bool compiledAhead)
    {
        using ZipArchive package = Open();
        ZipArchiveEntry[] portable = Assemblies(package, "net10.0"), assemblies = Assemblies(package, folder);

        Assert.Contains(portable, entry => entry.Name == "Klp.Build.Tasks.dll");
        Assert.Equal(portable.Select(entry => entry.Name), assemblies.Select(entry => entry.Name));
        Assert.All(assemblies, entry => Assert.Equal(compiledAhead, HasNativeCode(entry)));
    }

    [Fact]
    public void A_build_takes_the_tasks_that_are_compiled_for_its_machine_and_else_the_portable_ones()
    {
        using TestProject project = new();

        Assert.EndsWith($"/tasks/net10.0-{RuntimeIdentifier()}/", TasksOf(project));
        Assert.EndsWith("/tasks/net10.0/", TasksOf(project, "-p:NETCoreSdkPortableRuntimeIdentifier=linux-musl-x64"));
    }

    private static ZipArchiveEntry[] Assemblies(ZipArchive package, string folder) => [.. package.Entries
        .Where(entry => entry.FullName.StartsWith($"tasks/{folder}/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal))
        .OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    private static string TasksOf(TestProject project, params string[] properties)
    {
        (int exitCode, string output) = DotNet.Run(
            project.Folder, ["msbuild", $"{project.Name}.csproj", "-getProperty:KlpTasksAssembly", .. properties], project.Environment);
        Assert.True(exitCode == 0, output);
        return Path.GetDirectoryName(output.Trim()) + "/";
    }

    // As the .NET SDK here calls it.
    private static string RuntimeIdentifier() => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    private static ZipArchive Open()
    {
        string packages = typeof(PackageTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Packages").Value!;
        return ZipFile.OpenRead(Directory.GetFiles(packages, "Klp.Sdk.*.nupkg").Single());
    }

    // The header that code compiled ahead has: docs/design/coreclr/botr/readytorun-format.md of the runtime.
    private static bool HasNativeCode(ZipArchiveEntry assembly)
    {
        using MemoryStream bytes = new();
        using (Stream stream = assembly.Open())
            stream.CopyTo(bytes);
        bytes.Position = 0;
        using PEReader reader = new(bytes);
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }
}
