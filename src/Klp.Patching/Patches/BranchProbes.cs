using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>
/// Puts words into the alternatives of <c>#if</c> that patches change. Changes that are not known to be in them alone have none:
/// those of a directive itself, of a group that begins within parentheses, and of comments.
/// </summary>
internal sealed class BranchProbes
{
    private readonly PatchedSource file;
    private readonly string prefix;
    private readonly ScannedLine[] patched;
    private readonly ScannedLine[] original;
    private readonly Dictionary<ScannedBranch, ConditionalBranch> probes = [];

    private BranchProbes(PatchedSource file, string prefix)
    {
        this.file = file;
        this.prefix = prefix;
        patched = ScannedLine.Read(PatchText.Lines(file.Patched));
        original = ScannedLine.Read(PatchText.Lines(file.Original));
    }

    /// <summary>Probes a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefix">What its words begin with, which no other file's do.</param>
    /// <returns>Null for one of which no change is in alternatives alone.</returns>
    internal static ProbedSource? Of(PatchedSource file, string prefix)
    {
        BranchProbes probes = new(file, prefix);
        (SourcePlace? Place, IReadOnlyList<ConditionalBranch> Branches)[] changes =
            [.. file.Changes.Select(change => (change.Place, probes.BranchesOf(change))).Where(change => change.Item2.Count > 0)];
        return changes.Length == 0 ? null : new ProbedSource(probes.Contents(), changes);
    }

    private IReadOnlyList<ConditionalBranch> BranchesOf(SourceChange change)
    {
        ScannedLine[] deleted = original[change.OriginalBefore..(change.OriginalBefore + change.Deleted.Count)];
        ScannedLine[] added = patched[change.PatchedBefore..(change.PatchedBefore + change.Added.Count)];
        bool isComment = string.Concat(deleted.Select(line => line.Code)) == string.Concat(added.Select(line => line.Code));
        if (isComment || Array.Exists(deleted, line => line.IsConditional) || !IsBalanced(added))
            return [];
        List<ScannedBranch?> branches = [.. added.Where(line => line.IsCode).Select(line => line.Branch)];
        if (Array.Exists(deleted, line => line.IsCode))
            branches.Add(change.PatchedBefore < patched.Length ? patched[change.PatchedBefore].Before : null);
        return branches.TrueForAll(branch => branch is { IsGuard: false, FirstLine: > 0 })
            ? [.. branches.OfType<ScannedBranch>().Distinct().Select(ProbeOf)]
            : [];
    }

    // Whole groups; what begins or ends one decides of lines that the patch leaves alone.
    private static bool IsBalanced(ScannedLine[] lines)
    {
        int depth = 0;
        foreach (ScannedLine line in lines.Where(line => line.IsConditional))
        {
            depth += line.Directive!.StartsWith("if", StringComparison.Ordinal) ? 1 : 0;
            if (depth == 0)
                return false;
            depth -= line.Directive.StartsWith("endif", StringComparison.Ordinal) ? 1 : 0;
        }

        return depth == 0;
    }

    private ConditionalBranch ProbeOf(ScannedBranch branch)
    {
        if (!probes.TryGetValue(branch, out ConditionalBranch? probe))
        {
            probe = new ConditionalBranch(
                branch.Directive, branch.Line, branch.Group, FormattableString.Invariant($"{prefix}{probes.Count}_"));
            probes.Add(branch, probe);
        }

        return probe;
    }

    private byte[] Contents()
    {
        ILookup<int, string> before = probes.ToLookup(pair => pair.Key.FirstLine, pair => pair.Value.Probe + "\n");
        return PatchText.Bytes(
            PatchText.Lines(file.Patched).SelectMany((line, index) => before[index + 1].Append(line)));
    }
}
