namespace Klp.Boot.Tests.LoaderRules;

/// <summary>What the kernel makes of a livepatch.</summary>
internal enum LoadRuleOutcome
{
    /// <summary>It refuses the livepatch.</summary>
    Refused,

    /// <summary>It loads the livepatch, and later refuses the patched module.</summary>
    TargetRefused,

    /// <summary>It loads the livepatch, which is wrong.</summary>
    Wrong,

    /// <summary>It loads the livepatch and nothing is seen to be wrong with it.</summary>
    Loads,
}
