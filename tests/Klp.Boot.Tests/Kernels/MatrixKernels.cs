using Klp.Boot.Host;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.Kernels;

/// <summary>
/// The kernels that belong to the release of Debian that the tests run on, as the set-up gets them: its own x86-64 kernel and
/// backports' newest, and the two newest series for arm64.
/// </summary>
internal static class MatrixKernels
{
    private static readonly Lazy<KernelUnderTest> PreviousOpened = new(() => KernelUnderTest.For(DemoKernel.Open(FindPrevious())));
    private static readonly Lazy<KernelUnderTest> BackportsOpened = new(() => KernelUnderTest.For(DemoKernel.Open(DistributionKernelTree.Find(Backports))));

    private const string Demo = "demo", Before = "previous", Distribution = "distribution", Backports = "backports";

    /// <summary>Whether backports' kernel belongs to them: its headers' programs need the libc of a newer Debian than some run.</summary>
    public static bool HasBackports { get; } = WhyNot(Backports) is null;

    /// <summary>Whether the kernel before the demo kernel belongs to them: for a while the archive has one series only.</summary>
    public static bool HasPrevious { get; } = WhyNot(Before) is null;

    /// <summary>Their names, which are those of the links in artifacts/, without "-kernel".</summary>
    public static IReadOnlyList<string> Names { get; } = [.. ((string[])[Demo, Before, Distribution, Backports]).Where(name => WhyNot(name) is null)];

    /// <summary>
    /// The kernel before the demo kernel: the newest of the second-newest series, with the same configuration. A test without one
    /// fails; it neither passes nor is skipped.
    /// </summary>
    public static KernelUnderTest Previous => PreviousOpened.Value;

    /// <summary>The x86-64 kernel of backports. A test without one fails; it neither passes nor is skipped.</summary>
    public static KernelUnderTest OfBackports => BackportsOpened.Value;

    /// <summary>A kernel by its name.</summary>
    public static KernelUnderTest Named(string name) => name switch
    {
        Demo => DemoKernel.Kernel,
        Before => Previous,
        Distribution => DistributionKernel.Kernel,
        _ => OfBackports,
    };

    /// <summary>Where a kernel is from, for documents: the package and its version, and how it was configured here.</summary>
    public static string Origin(KernelUnderTest kernel)
    {
        string? folder = kernel.Tree.BuildDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, ".complete")))
            folder = Path.GetDirectoryName(folder);
        if (folder is null)
            return "a tree of its own";
        // "linux-source-7.3 7.3.4-1" of a kernel that was built, "linux-headers-RELEASE:amd64 6.1.192-2" and others of packages.
        string[] packages = File.ReadAllLines(Path.Combine(folder, ".complete"));
        return packages.FirstOrDefault(line => line.StartsWith($"linux-headers-{kernel.Release}:", StringComparison.Ordinal)) is { } headers
            ? $"linux-image-{kernel.Release} {headers.Split(' ')[1]}"
            : $"{packages[0]}, eng/demo-kernel.config";
    }

    // What the set-up says of a kernel that there cannot be, or null.
    private static string? WhyNot(string name)
    {
        string file = Repository.Combine("artifacts", name + "-kernel", "why-not");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    private static string FindPrevious()
    {
        if (WhyNot(Before) is { } reason)
            throw new InvalidOperationException($"These tests boot the kernel of the series before the demo kernel's, and there is none: {reason}.");
        string build = Repository.Combine("artifacts", "previous-kernel", "build");
        return Directory.Exists(build)
            ? build
            : throw new InvalidOperationException("These tests boot the kernel of the series before the demo kernel's, and it is not built: run eng/demo-kernel.sh previous-kernel.");
    }
}
