using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Testing;

/// <summary>What a file of the guest has to show. Of several conditions all have to hold.</summary>
/// <param name="File">Its path in the guest, such as /proc/meminfo.</param>
/// <param name="When">When it is read.</param>
public sealed record BootCheck(string File, CheckTime When)
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(5);

    /// <summary>A text that the file has to have; null for none.</summary>
    public string? Contains { get; init; }

    /// <summary>A text that it must not have; null for none.</summary>
    public string? DoesNotContain { get; init; }

    /// <summary>A regular expression of .NET that has to match in it, in which ^ and $ are those of a line; null for none.</summary>
    public string? Matches { get; init; }

    /// <summary>Where the project has the check; null where there is no project.</summary>
    public SourcePlace? DefinedIn { get; init; }

    /// <summary>The check in words: "/proc/meminfo contains 'MemUsed:'".</summary>
    public string Describe() => $"{File} {string.Join(" and ", Conditions())}";

    /// <summary>What the file shows otherwise than it has to.</summary>
    /// <param name="text">The file's content.</param>
    /// <returns>Null when nothing is wrong.</returns>
    public string? FindProblem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Contains is not null && !text.Contains(Contains, StringComparison.Ordinal))
            return $"It does not contain '{Contains}'.";
        if (DoesNotContain is not null && text.Contains(DoesNotContain, StringComparison.Ordinal))
            return $"It contains '{DoesNotContain}'.";
        try
        {
            return Matches is null || Regex.IsMatch(text, Matches, RegexOptions.Multiline, MatchLimit)
                ? null
                : $"It does not match '{Matches}'.";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"Matching '{Matches}' took longer than {MatchLimit.TotalSeconds:0} s.";
        }
    }

    private IEnumerable<string> Conditions()
    {
        if (Contains is not null)
            yield return $"contains '{Contains}'";
        if (DoesNotContain is not null)
            yield return $"does not contain '{DoesNotContain}'";
        if (Matches is not null)
            yield return $"matches '{Matches}'";
    }
}
