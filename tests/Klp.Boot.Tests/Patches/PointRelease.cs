using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.Patches;

/// <summary>The way from one point release of a kernel, which is built, to another, of which the source is there.</summary>
/// <param name="Kernel">The one that is built.</param>
/// <param name="OtherSource">The other one's source.</param>
/// <param name="Name">Both, and the compiler: "7.2.12 to 7.2.6, gcc 12.2.0".</param>
internal sealed record PointRelease(KernelUnderTest Kernel, string OtherSource, string Name)
{
    private const string Older = "older-kernel";

    /// <summary>What the set-up says where the archive has no two releases of a series; null where it has.</summary>
    public static string? WhyNot => File.Exists(OfOlder("why-not")) ? File.ReadAllText(OfOlder("why-not")).Trim() : null;

    /// <summary>
    /// The ways that this machine can go: back from the newer release, which is built for other tests too, and forward where
    /// the older one is built as well.
    /// </summary>
    public static IReadOnlyList<PointRelease> Find()
    {
        string source = OfOlder("source"), build = OfOlder("build");
        if (!Directory.Exists(source))
            throw new InvalidOperationException("This test takes the source of an older point release, and it is not here: run eng/demo-kernel.sh older-kernel source.");
        string version = VersionOf(source), series = version[..version.LastIndexOf('.')] + ".";
        KernelUnderTest newer = new[] { DemoKernel.Kernel, MatrixKernels.Previous }
            .First(kernel => kernel.Release.StartsWith(series, StringComparison.Ordinal));
        List<PointRelease> found = [Of(newer, version, source)];
        if (File.Exists(OfOlder(".complete")))
            found.Insert(0, Of(KernelUnderTest.For(DemoKernel.Open(build)), VersionOf(SourceOf(newer)), SourceOf(newer)));
        return found;
    }

    /// <summary>
    /// The C files and headers that differ and that objects of the kernel are made from, relative to the source's root, by how
    /// many units are made from each.
    /// </summary>
    public IReadOnlyDictionary<string, int> ChangedFiles()
    {
        DiagnosticBag diagnostics = new();
        KernelSource source = KernelSource.Find(Kernel.Tree.BuildDirectory, null, diagnostics)!;
        UnitIndex index = UnitIndex.Read(source, null, diagnostics, CancellationToken.None)!;
        string[] changed = [.. new[] { "*.c", "*.h" }
            .SelectMany(pattern => Directory.EnumerateFiles(source.Root, pattern, SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(source.Root, path))
            .AsParallel()
            .Where(Differs)];
        Assert.True(changed.Length > 0, $"Nothing of {source.Root} differs from {OtherSource}.");
        return index.Find(changed).Units.SelectMany(unit => unit.Touched)
            .GroupBy(path => path, StringComparer.Ordinal)
            .ToDictionary(file => file.Key, file => file.Count(), StringComparer.Ordinal);
    }

    /// <summary>The file in the other release.</summary>
    public string Other(string path) => Path.Combine(OtherSource, path);

    private bool Differs(string path)
    {
        FileInfo mine = new(Path.Combine(SourceOf(Kernel), path)), other = new(Other(path));
        return other.Exists && mine.LinkTarget is null
            && (mine.Length != other.Length || !File.ReadAllBytes(mine.FullName).AsSpan().SequenceEqual(File.ReadAllBytes(other.FullName)));
    }

    private static PointRelease Of(KernelUnderTest kernel, string version, string source) =>
        new(kernel, source, $"{kernel.Release} to {version}, {KernelName.Compiler(kernel)}");

    private static string SourceOf(KernelUnderTest kernel) => Path.Combine(kernel.Tree.BuildDirectory, "source");

    // VERSION = 7, PATCHLEVEL = 2, SUBLEVEL = 6 are the first lines of the Makefile that say anything.
    private static string VersionOf(string source) => string.Join('.', File.ReadLines(Path.Combine(source, "Makefile"))
        .Where(line => line.StartsWith("VERSION =", StringComparison.Ordinal) || line.StartsWith("PATCHLEVEL =", StringComparison.Ordinal)
            || line.StartsWith("SUBLEVEL =", StringComparison.Ordinal))
        .Take(3).Select(line => line[(line.IndexOf('=') + 1)..].Trim()));

    private static string OfOlder(string name) => Repository.Combine("artifacts", Older, name);
}
