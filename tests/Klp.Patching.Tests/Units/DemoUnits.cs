using Klp.Kbuild.Building;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Tests.Units;

/// <summary>The demo kernel's build, read once for all tests, and compiles of patched files of it.</summary>
internal static class DemoUnits
{
    private static readonly Lazy<KernelSource> FoundSource = new(() => Require(bag => KernelSource.Find(DemoKernelTree.Path, null, bag)));
    private static readonly Lazy<UnitIndex> FoundIndex = new(() => Require(bag => UnitIndex.Read(Source, null, bag, CancellationToken.None)));
    private static readonly Lazy<KernelCache> FoundKernel = new(FindKernel);

    internal static KernelSource Source => FoundSource.Value;

    internal static UnitIndex Index => FoundIndex.Value;

    internal static KernelCache Kernel => FoundKernel.Value;

    /// <summary>A file of the source, changed.</summary>
    internal static OverlaidFile Change(string path, Func<string, string> change)
    {
        string patched = change(File.ReadAllText(Path.Combine(Source.Root, path)));
        return new OverlaidFile(
            path, System.Text.Encoding.Latin1.GetBytes(patched), IsNew: false,
            PatchedLineOf: line => line, PlaceOf: line => new SourcePlace("fix.patch", line + 1000), FirstChange: new SourcePlace("fix.patch", 1001),
            IsChanged: _ => true);
    }

    /// <summary>Replaces a text that has to be there.</summary>
    internal static OverlaidFile Change(string path, string old, string replacement) => Change(path, text =>
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    });

    /// <summary>Compiles what is made from some files.</summary>
    internal static IReadOnlyList<CompiledUnit>? Compile(TempFolder folder, DiagnosticBag diagnostics, params OverlaidFile[] files) =>
        Compile(folder, diagnostics, Index.Find(files.Select(file => file.Path)).Units, files);

    internal static IReadOnlyList<CompiledUnit>? Compile(
        TempFolder folder, DiagnosticBag diagnostics, IReadOnlyList<KernelUnit> units, params OverlaidFile[] files) =>
        Compile(folder, diagnostics, launcher: "", units, files);

    internal static IReadOnlyList<CompiledUnit>? Compile(
        TempFolder folder, DiagnosticBag diagnostics, string launcher, IReadOnlyList<KernelUnit> units, params OverlaidFile[] files)
    {
        SourceOverlay overlay = new(Source, folder["overlay"]);
        overlay.Make(files, units.SelectMany(unit => unit.Dependencies));
        UnitCompiler compiler = new(new UnitCompilerRequest
        {
            Kernel = Kernel,
            Source = Source,
            Overlay = overlay,
            Files = files,
            WorkDirectory = folder["units"],
            CacheDirectory = folder["cache"],
            Launcher = launcher,
        });
        return compiler.Run(units, diagnostics, CancellationToken.None);
    }

    private static KernelCache FindKernel()
    {
        KernelRequest request = new() { KernelTree = DemoKernelTree.Path, CacheDirectory = "/nonexistent" };
        return Require(bag => KernelResolver.Resolve(request, bag)).Cache;
    }

    private static T Require<T>(Func<DiagnosticBag, T?> read)
        where T : class
    {
        DiagnosticBag diagnostics = new();
        T? value = read(diagnostics);
        Assert.Empty(diagnostics);
        return value!;
    }
}
