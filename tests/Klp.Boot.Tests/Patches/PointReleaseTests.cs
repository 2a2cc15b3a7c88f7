using Klp.Boot.Tests.Machine;
using Klp.Sdk.Tests.Support;
using Xunit.Abstractions;

namespace Klp.Boot.Tests.Patches;

/// <summary>
/// What distributions ship as an update is a livepatch, or refused with the reason: each file that differs between two point
/// releases of a kernel, alone as a patch. eng/point-releases.sh takes all files, both ways; another run takes ten, back.
/// </summary>
[Collection(Guests.Collection)]
public sealed class PointReleaseTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_file_of_another_point_release_becomes_a_livepatch_that_lives_or_is_refused()
    {
        if (PointRelease.WhyNot is { } reason)
        {
            output.WriteLine(reason);
            return;
        }

        List<IReadOnlyList<string>> rows = [["file", "kernels", "outcome"]];
        foreach (PointRelease release in PointRelease.Find())
            rows.AddRange(await RunAsync(release));

        // What a sample made of a file is in the document when all were taken with the same rules.
        if (CorpusSize.OfThisRun == int.MaxValue)
            new DocumentTable(Repository.Combine("docs", "point-releases.md"), "point releases").AssertHasOfItsKernels(rows, 1);
    }

    private async Task<IReadOnlyList<IReadOnlyList<string>>> RunAsync(PointRelease release)
    {
        IReadOnlyDictionary<string, int> changed = release.ChangedFiles();
        string[] files = CorpusSize.Choose(
            changed.Where(file => file.Value <= CorpusSize.MostUnits).Select(file => file.Key).Order(StringComparer.Ordinal), out int seed);
        Array.Sort(files, StringComparer.Ordinal);
        output.WriteLine($"{release.Name}: {changed.Count} files differ; {files.Length} of them, seed {seed}");
        using TestFolder folder = new();
        PatchedModules modules = new(release.Kernel, folder);
        Dictionary<string, string> patches = files.Select((path, index) => (Path: path, Name: $"klp_point_{index}"))
            .ToDictionary(file => file.Name, file => modules.PatchTo(file.Path, release.Other(file.Path)));
        string before = TreeState.Of(release.Kernel.Tree.BuildDirectory);

        IReadOnlyDictionary<string, PatchOutcome> outcomes = await modules.BuildAsync(patches);

        Assert.Equal(before, TreeState.Of(release.Kernel.Tree.BuildDirectory));
        List<IReadOnlyList<string>> rows = [];
        foreach ((string path, PatchOutcome outcome) in files.Select((path, index) => (path, outcomes[$"klp_point_{index}"])))
        {
            output.WriteLine($"{path}: {Describe(outcome)}\n{(outcome.Module is null ? outcome : "")}");
            rows.Add([path, release.Name, Describe(outcome)]);
        }

        Assert.All(outcomes.Values, outcome => outcome.AssertMadeOrRefused());
        await PatchLives.AssertAsync(release.Kernel, [.. outcomes.Values.Select(outcome => outcome.Module).OfType<string>()]);
        return rows;
    }

    private static string Describe(PatchOutcome outcome)
    {
        if (outcome.Module is null)
            return outcome.Errors is ["KLP7020"] ? "no effect" : "refused, " + string.Join(", ", outcome.Errors.Order(StringComparer.Ordinal).Select(code => $"[{code}](diagnostics/{code}.md)"));
        int functions = outcome.Explanation!.Units.Sum(unit => unit.Functions.Count);
        return functions == 1 ? "patched, 1 function" : $"patched, {functions} functions";
    }
}
