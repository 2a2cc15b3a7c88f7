using System.Collections.Concurrent;
using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Tells of changes in code that the kernel is not configured for (<c>#ifdef CONFIG_X</c>): the livepatch does not have them, and
/// nothing else would say so. The compilers' own preprocessors say what they take: the patched files have a word in each alternative
/// that the patch changes.
/// </summary>
/// <param name="request">What the units were compiled with.</param>
/// <param name="folder">A folder to work in, as an absolute path.</param>
internal sealed class UnconfiguredChanges(UnitCompilerRequest request, string folder)
{
    private readonly ConcurrentDictionary<string, bool> taken = new(StringComparer.Ordinal);

    /// <summary>Reports them.</summary>
    /// <param name="files">The patched files.</param>
    /// <param name="units">The units that are made from them.</param>
    /// <param name="diagnostics">Receives a warning for each alternative that no unit has.</param>
    /// <param name="cancellation">Ends the compilers.</param>
    /// <exception cref="IOException">A compiler cannot be started, or a file cannot be written.</exception>
    internal void Report(
        IReadOnlyList<PatchedSource> files, IReadOnlyList<KernelUnit> units, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        Dictionary<string, ProbedSource> probed = [];
        foreach ((int index, PatchedSource file) in files.Index())
        {
            if (units.Any(unit => unit.Touched.Contains(file.Path))
                && file.Probe(FormattableString.Invariant($"klp_probe_{index}_")) is { } probe)
                probed.Add(file.Path, probe);
        }

        if (probed.Count == 0)
            return;
        Preprocess(probed, units, cancellation);
        foreach ((string path, ProbedSource file) in probed)
            Report(path, file, units.Count(unit => unit.Touched.Contains(path)), diagnostics);
    }

    private void Report(string path, ProbedSource file, int units, DiagnosticBag diagnostics)
    {
        // Of a group of which another alternative changes too, the patch has thought of both.
        HashSet<int> served = [.. file.Changes.SelectMany(change => change.Branches).Where(IsTaken).Select(branch => branch.Group)];
        foreach (IGrouping<ConditionalBranch, SourcePlace?> changes in file.Changes
            .Where(change => !change.Branches.Any(branch => IsTaken(branch) || served.Contains(branch.Group)))
            .GroupBy(change => change.Branches[0], change => change.Place))
        {
            diagnostics.Add(UnitMessages.NotConfigured(changes.First(), path, changes.Key.Directive, changes.Key.Line, units));
        }
    }

    private bool IsTaken(ConditionalBranch branch) => taken.ContainsKey(branch.Probe);

    private void Preprocess(Dictionary<string, ProbedSource> probed, IReadOnlyList<KernelUnit> units, CancellationToken cancellation)
    {
        SourceOverlay overlay = new(request.Source, Path.Combine(folder, "overlay"));
        KernelUnit[] touched = [.. units.DistinctBy(unit => unit.Object).Where(unit => unit.Touched.Any(probed.ContainsKey))];
        try
        {
            overlay.Make(
                [.. request.Files.Select(
                    file => probed.TryGetValue(file.Path, out ProbedSource? probe) ? file with { Contents = probe.Contents } : file)],
                touched.SelectMany(unit => unit.Dependencies));
            UnitCompile compile = new(request with { Overlay = overlay, WorkDirectory = Path.Combine(folder, "units") });
            WorkerThreads.Run([.. touched.Select(unit => (Action)(() => Preprocess(compile, unit, probed, cancellation)))], cancellation);
        }
        finally
        {
            overlay.Remove();
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    // Until each word was found, which is the first unit's for most patches.
    private void Preprocess(
        UnitCompile compile, KernelUnit unit, Dictionary<string, ProbedSource> probed, CancellationToken cancellation)
    {
        string[] probes = [.. unit.Touched.Where(probed.ContainsKey)
            .SelectMany(path => probed[path].Changes).SelectMany(change => change.Branches).Select(branch => branch.Probe)
            .Distinct(StringComparer.Ordinal).Where(probe => !taken.ContainsKey(probe))];
        if (probes.Length == 0)
            return;
        byte[]? text = compile.Run(unit, isPatched: true, UnitOutput.Expanded, cancellation).Object;
        // Of what cannot be preprocessed nothing is known, and nothing is said.
        foreach (string probe in probes.Where(probe => text is null || text.AsSpan().IndexOf(Encoding.ASCII.GetBytes(probe)) >= 0))
            taken.TryAdd(probe, true);
    }
}
