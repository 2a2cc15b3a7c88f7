namespace Klp.Boot.Testing;

/// <summary>What came of a case.</summary>
public enum CaseOutcome
{
    /// <summary>All is well.</summary>
    Passed,

    /// <summary>Something is wrong.</summary>
    Failed,

    /// <summary>It was not tested, because of another case's failure or because the test itself says so.</summary>
    Skipped,
}
