using Klp.Kernel.Diagnostics;

namespace Klp.Boot.Testing;

/// <summary>What is to be said of a case.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Message">What is wrong, or why it was skipped.</param>
internal sealed record Verdict(CaseOutcome Outcome, string Message = "")
{
    /// <summary>Nothing is wrong.</summary>
    public static Verdict Pass { get; } = new(CaseOutcome.Passed);

    /// <summary>Where it failed.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>What a program printed.</summary>
    public string Output { get; init; } = "";

    /// <summary>A program's own tests.</summary>
    public IReadOnlyList<TapResult> Parts { get; init; } = [];

    /// <summary>The case that is to blame where this one was skipped.</summary>
    public LifeCase? Blame { get; init; }

    /// <summary>Something is wrong.</summary>
    public static Verdict Fail(string message) => new(CaseOutcome.Failed, message);

    /// <summary>It was not tested.</summary>
    public static Verdict Skip(string message) => new(CaseOutcome.Skipped, message);
}
