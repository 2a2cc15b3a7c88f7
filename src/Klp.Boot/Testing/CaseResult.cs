using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Testing;

/// <summary>The result of a case.</summary>
public sealed record CaseResult
{
    /// <summary>The case.</summary>
    public required LivepatchCase Case { get; init; }

    /// <summary>What came of it.</summary>
    public required CaseOutcome Outcome { get; init; }

    /// <summary>What is wrong, or why it was skipped; empty when it passed.</summary>
    public string Message { get; init; } = "";

    /// <summary>Where in the user's files it failed, where that is known.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>How long the guest took for it.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The end of what the guest reported up to the end of the case; empty unless it failed.</summary>
    public string ConsoleTail { get; init; } = "";

    /// <summary>What a program printed; empty for cases without one.</summary>
    public string Output { get; init; } = "";

    /// <summary>Results of a test program's own tests, as it gave them in TAP.</summary>
    public IReadOnlyList<TapResult> Parts { get; init; } = [];
}
