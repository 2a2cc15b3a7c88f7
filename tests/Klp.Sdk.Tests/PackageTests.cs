using System.IO.Compression;
using System.Reflection;

namespace Klp.Sdk.Tests;

/// <summary>What is in the packed SDK.</summary>
public sealed class PackageTests
{
    private const string Notices = "THIRD-PARTY-NOTICES.txt";

    [Fact]
    public void Each_library_of_others_comes_with_its_notice()
    {
        string packages = typeof(PackageTests).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Packages").Value!;
        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(packages, "Klp.Sdk.*.nupkg").Single());
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
}
