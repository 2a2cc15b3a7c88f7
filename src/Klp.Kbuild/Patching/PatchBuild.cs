using System.Security.Cryptography;
using Klp.Elf.Constants;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;
using Klp.Patching.Diff;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Makes objects of a livepatch from patches: applies them to copies, compiles the units that they touch as the kernel's build
/// did, proves that the kernel runs what was compiled, and extracts what changed.
/// </summary>
/// <param name="request">What is to be made.</param>
public sealed class PatchBuild(PatchRequest request)
{
    private readonly PatchFindings findings = new();
    private UnitIndex? index;

    /// <summary>
    /// What was done, and why, after <see cref="Run"/>: where the patches are refused, what was found out until then. Null before,
    /// and where the work was cancelled or failed.
    /// </summary>
    public PatchExplanation? Explanation { get; private set; }

    /// <summary>Does all that.</summary>
    /// <param name="diagnostics">Receives what is refused, and what is worth knowing.</param>
    /// <param name="cancellation">Ends the compilers.</param>
    /// <returns>The objects and functions; null after an error.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the compilers have ended.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or a compiler cannot be started.</exception>
    public PatchResult? Run(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        DiagnosticBag found = [];
        try
        {
            UnitExtraction? extraction = Find(found, cancellation);
            Explanation = new PatchExplainer(request, findings, found).Explain(cancellation);
            return extraction is null || found.HasErrors ? null : ResultOf(extraction, Explanation);
        }
        finally
        {
            diagnostics.AddRange(found);
        }
    }

    private UnitExtraction? Find(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (request.Kernel.OpenTree(diagnostics) is not { } tree)
            return null;
        findings.Tree = tree;
        if (!DiffArchitectures.Check(tree.Architecture.Machine, new SourcePlace(tree.ConfigPath), diagnostics)
            || !PatchableConfig.Check(tree.ConfigPath, diagnostics)
            || KernelSource.Find(tree.BuildDirectory, request.SourceDirectory, diagnostics) is not { } source
            || PatchSeries.Apply(request.Patches, path => ReadOriginal(source, path), diagnostics, OnRead) is not { } patched)
        {
            return null;
        }

        findings.Source = source;
        findings.Files = patched.Files;
        // What is passed over has been told.
        if (patched.Files.Count == 0)
        {
            diagnostics.Add(PatchBuildMessages.NothingOfKernel(request.Patches is [var first, ..] ? first.Place : null));
            return null;
        }

        OverlaidFile[] files = [.. patched.Files.Select(Overlaid)];
        findings.Units = FindUnits(tree, source, files, diagnostics, cancellation);
        if (diagnostics.HasErrors)
            return null;
        if (request.CopiesDirectory is { } copies)
            new PatchedCopies(source, tree.Architecture.DefaultCrossCompile.TrimEnd('-'), copies).Write(patched.Files, findings.Units);
        if (Compile(source, files, findings.Units, diagnostics, cancellation) is not { } compiled)
            return null;
        findings.Compiled = compiled;
        try
        {
            return Extract(tree, patched, compiled, diagnostics);
        }
        catch (ElfFormatException problem)
        {
            diagnostics.Add(PatchBuildMessages.Damaged(problem.Message));
            return null;
        }
    }

    private void OnRead(PatchInput patch, byte[] contents) => findings.Hashes[patch] = Convert.ToHexStringLower(SHA256.HashData(contents));

    private static byte[]? ReadOriginal(KernelSource source, string path)
    {
        // A patch may name any path; what is not in the source is not there.
        string full = Path.GetFullPath(path, source.Root);
        return full.StartsWith(source.Root + "/", StringComparison.Ordinal) && File.Exists(full) ? File.ReadAllBytes(full) : null;
    }

    private IReadOnlyList<KernelUnit> FindUnits(
        KernelTree tree, KernelSource source, OverlaidFile[] files, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        string cache = Path.Combine(CacheDirectory, "units.index");
        Directory.CreateDirectory(CacheDirectory);
        using ProgressReport progress = new(request.OnProgress, _ => "Reading what the kernel's objects are made from.");
        index = UnitIndex.Read(source, cache, diagnostics, cancellation);
        if (index is null)
            return [];
        UnitSelection selection = index.Find(files);
        UnusedFiles.Report(selection, files, source, tree.Config, diagnostics);
        return selection.Units;
    }

    private string CacheDirectory => request.CacheDirectory ?? Path.Combine(request.WorkDirectory, "cache");

    private IReadOnlyList<CompiledUnit>? Compile(
        KernelSource source,
        OverlaidFile[] files,
        IReadOnlyList<KernelUnit> units,
        DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        SourceOverlay overlay = new(source, Path.Combine(request.WorkDirectory, "overlay"));
        overlay.Make(files, units.SelectMany(unit => unit.Dependencies));
        try
        {
            UnitCompilerRequest compiles = CompilesOf(source, overlay, files, diagnostics);
            IReadOnlyList<CompiledUnit>? compiled = new UnitCompiler(compiles).Run(units, diagnostics, cancellation);
            if (compiled is not null)
                new UnconfiguredChanges(compiles, Path.Combine(request.WorkDirectory, "probes"))
                    .Report(findings.Files, units, diagnostics, cancellation);
            return compiled;
        }
        finally
        {
            // What looks for files below a project, as a glob of another one above it, would go through the links into the kernel's source.
            overlay.Remove();
        }
    }

    private UnitCompilerRequest CompilesOf(
        KernelSource source, SourceOverlay overlay, OverlaidFile[] files, DiagnosticBag diagnostics) =>
        new()
        {
            Kernel = request.Kernel,
            Source = source,
            Overlay = overlay,
            Files = files,
            WorkDirectory = Path.Combine(request.WorkDirectory, "units"),
            CacheDirectory = CacheDirectory,
            Launcher = request.Launcher,
            EnvironmentVariables = request.EnvironmentVariables,
            OnProgress = request.OnProgress,
            OnAffected = affected =>
            {
                if (affected.Count > request.MaxUnits)
                    diagnostics.Add(PatchBuildMessages.TooManyUnits(files[0].FirstChange, affected, request.MaxUnits));
                return !diagnostics.HasErrors;
            },
        };

    private static OverlaidFile Overlaid(PatchedSource file)
    {
        HashSet<int> changed = [.. file.ChangedLines.SelectMany(lines => Enumerable.Range(lines.First, lines.Last - lines.First + 1))];
        return new OverlaidFile(
            file.Path, file.Compiled, file.IsNew, file.PatchedLineOf, file.PatchLineOf, file.FirstChange, changed.Contains);
    }

    private UnitExtraction? Extract(
        KernelTree tree, PatchedSources patched, IReadOnlyList<CompiledUnit> compiled, DiagnosticBag diagnostics)
    {
        UnitExtraction extraction = new(tree, index!, patched.Files, diagnostics);
        bool isDone = extraction.Run(compiled);
        findings.Extracted = extraction.Extracted;
        if (!isDone)
            return null;
        if (extraction.Functions.Count == 0)
            diagnostics.Add(PatchBuildMessages.NothingToPatch(patched.Files[0].FirstChange, findings.Units.Count));
        // Of a patch that is refused nothing is replaced, and nothing starts anew.
        if (!diagnostics.HasErrors)
            new PatchNotes(extraction.Extracted, diagnostics).Report(extraction.Notes);
        return extraction;
    }

    private PatchResult ResultOf(UnitExtraction extraction, PatchExplanation explanation) => new()
    {
        Objects = extraction.Objects,
        Functions = extraction.Functions,
        Inputs =
        [
            .. request.Patches.Select(patch => patch.Path),
            .. findings.Files.Where(file => !file.IsNew).Select(file => Path.Combine(findings.Source!.Root, file.Path)),
            .. findings.Compiled.Select(unit => Path.Combine(findings.Source!.BuildDirectory, unit.Unit.Object)),
        ],
        Explanation = explanation,
    };
}
