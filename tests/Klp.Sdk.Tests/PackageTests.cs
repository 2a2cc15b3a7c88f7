using System.IO.Compression;
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
    [InlineData("net10.0", null)]
    [InlineData("net10.0-linux-x64", Machine.Amd64)]
    [InlineData("net10.0-linux-arm64", Machine.Arm64)]
    public void Each_task_assembly_has_code_for_the_machine_of_its_folder(string folder, Machine? machine)
    {
        using ZipArchive package = Open();
        ZipArchiveEntry[] portable = Assemblies(package, "net10.0"), assemblies = Assemblies(package, folder);

        Assert.Contains(portable, entry => entry.Name == "Klp.Build.Tasks.dll");
        Assert.Equal(portable.Select(entry => entry.Name), assemblies.Select(entry => entry.Name));
        Assert.All(assemblies, entry => Assert.Equal(machine, MachineOfCode(entry)));
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

    private static ZipArchive Open() => ZipFile.OpenRead(Directory.GetFiles(Repository.Packages, "Klp.Sdk.*.nupkg").Single());

    // Null where there is none. In the machine's number is that of Linux too, by exclusive or: the runtime's
    // docs/design/coreclr/botr/readytorun-format.md.
    private static Machine? MachineOfCode(ZipArchiveEntry assembly)
    {
        const int Linux = 0x7B79;
        using MemoryStream bytes = new();
        using (Stream stream = assembly.Open())
            stream.CopyTo(bytes);
        bytes.Position = 0;
        using PEReader reader = new(bytes);
        PEHeaders headers = reader.PEHeaders;
        return headers.CorHeader!.ManagedNativeHeaderDirectory.Size > 0 ? (Machine)((int)headers.CoffHeader.Machine ^ Linux) : null;
    }
}
