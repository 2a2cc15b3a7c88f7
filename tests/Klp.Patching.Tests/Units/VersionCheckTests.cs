using Klp.Kbuild.Ide;
using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Signing;

namespace Klp.Patching.Tests.Units;

/// <summary>The CRCs of exported symbols, as the hardened kernel's own genksyms computes them. Its build recorded what they were.</summary>
[Trait("Needs", "kernel")]
public sealed class VersionCheckTests : IDisposable
{
    private const string Header = "include/linux/zsmalloc.h";
    private const string Unit = "mm/zsmalloc.o";

    private static readonly string Build = Find();

    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("unsigned long zs_get_total_pages(struct zs_pool *pool);", "unsigned int zs_get_total_pages(struct zs_pool *pool);", "zs_get_total_pages", "zs_get_total_pages")]
    [InlineData("struct zs_pool_stats {\n", "struct zs_pool_stats {\n\tlong klp;\n", "zs_pool_stats", "struct zs_pool_stats")]
    public void A_changed_crc_is_found_with_what_changes_it(string old, string made, string symbol, string cause)
    {
        CompiledUnit unit = Compile((Header, old, made), ("mm/zsmalloc.c", old.TrimEnd(';', '\n'), made.TrimEnd(';', '\n')));

        Assert.Null(unit.VersionProblem);
        VersionChange change = Assert.Single(unit.VersionChanges);
        Assert.Equal((symbol, cause, Recorded()[symbol]), (change.Symbol, change.Cause, change.Original));
        Assert.NotEqual(change.Original, change.Patched);
    }

    [Theory]
    [InlineData("struct zs_pool_stats {\n", "struct klp_fresh { int id; };\n\nstruct zs_pool_stats {\n")]
    [InlineData("unsigned long zs_get_total_pages(struct zs_pool *pool);", "unsigned long zs_get_total_pages(struct zs_pool *other);")]
    public void What_changes_no_type_is_not_found(string old, string made)
    {
        CompiledUnit unit = Compile((Header, old, made));

        Assert.Null(unit.VersionProblem);
        Assert.Empty(unit.VersionChanges);
    }

    public void Dispose() => folder.Dispose();

    private CompiledUnit Compile(params (string Path, string Old, string Made)[] changes)
    {
        DiagnosticBag diagnostics = new();
        KernelSource source = KernelSource.Find(Build, null, diagnostics)!;
        OverlaidFile[] files = [.. changes.Select(change => Changed(source, change.Path, change.Old, change.Made)).OfType<OverlaidFile>()];
        KernelUnit unit = UnitOf(source, files);
        SourceOverlay overlay = new(source, folder["overlay"]);
        overlay.Make(files, unit.Dependencies);
        IReadOnlyList<CompiledUnit>? units = new UnitCompiler(new UnitCompilerRequest
        {
            Kernel = Kernel,
            Source = source,
            Overlay = overlay,
            Files = files,
            WorkDirectory = folder["units"],
        }).Run([unit], diagnostics, CancellationToken.None);
        Assert.Empty(diagnostics);
        return Assert.Single(units!);
    }

    private static OverlaidFile? Changed(KernelSource source, string path, string old, string made)
    {
        string original = File.ReadAllText(Path.Combine(source.Root, path));
        return original.Contains(old, StringComparison.Ordinal) ? MiniTree.Changed(path, original.Replace(old, made, StringComparison.Ordinal)) : null;
    }

    private static IReadOnlyDictionary<string, uint> Recorded() => SymbolVersions.ReadCrcs(CommandFile.Lines(Path.Combine(Build, Unit)));

    private static KernelUnit UnitOf(KernelSource source, OverlaidFile[] files) => new()
    {
        Object = Unit,
        Source = "mm/zsmalloc.c",
        Language = UnitLanguage.C,
        ObjectName = "zsmalloc",
        Touched = [.. files.Select(file => file.Path)],
        Command = ShellWords.Split(CommandFile.Command(Path.Combine(source.BuildDirectory, Unit))!.Text),
        Dependencies = CommandFile.Dependencies(Path.Combine(source.BuildDirectory, Unit)),
        Versions = Recorded(),
    };

    private static KernelCache Kernel => new()
    {
        BuildDirectory = Build, Release = "", Architecture = "arm64", CrossCompile = Tool.Arm64, Llvm = "", CompilerProgram = Tool.Arm64 + "gcc",
        Tools = [], Make = "", HasDebugInfo = false, Database = "", Inputs = [], ExternalModules = [], Vmlinux = "",
        Signing = new KernelSigning("", "", ""), Compression = default,
    };

    private static string Find()
    {
        for (string? above = AppContext.BaseDirectory; above is not null; above = Path.GetDirectoryName(above))
        {
            string build = Path.Combine(above, "artifacts", "hardened-kernel", "build");
            if (Directory.Exists(build))
                return Path.GetFullPath(build);
        }

        throw new InvalidOperationException("These tests need a kernel with versions of symbols, and it is not built: run eng/demo-kernel.sh hardened-kernel.");
    }
}
