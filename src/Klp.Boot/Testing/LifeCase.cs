using Klp.Boot.Report;

namespace Klp.Boot.Testing;

/// <summary>A case with its steps.</summary>
/// <param name="identity">The case, as the user sees it.</param>
/// <param name="requires">The cases without which it makes no sense.</param>
internal sealed class LifeCase(LivepatchCase identity, params IReadOnlyList<LifeCase> requires)
{
    /// <summary>The case, as the user sees it.</summary>
    public LivepatchCase Identity { get; set; } = identity;

    /// <summary>The cases without which it makes no sense.</summary>
    public IReadOnlyList<LifeCase> Requires { get; } = requires;

    /// <summary>Whether it is a mere condition of others, which is not reported: where it does not hold, they are skipped.</summary>
    public bool IsCondition { get; init; }

    /// <summary>Whether nothing depends on its steps, so that they are left out when the case is not selected.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Adds its steps; null for none.</summary>
    public Action<LifeScript>? AddSteps { get; init; }

    /// <summary>Judges the steps as a whole, where it takes more than looking at each.</summary>
    public Func<IReadOnlyList<StepResult>, Verdict>? Judge { get; init; }

    /// <summary>The index of its first step in the script.</summary>
    public int FirstStep { get; set; }

    /// <summary>How many steps it has.</summary>
    public int StepCount { get; set; }

    /// <summary>What came of its steps; empty until the guest has run.</summary>
    public IReadOnlyList<StepResult> Results { get; set; } = [];
}
