using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>A livepatch that breaks one rule of the kernel in one way.</summary>
/// <param name="Rule">The rule's number in the list of docs/load-rules.md, with a letter where a case is only near the rule.</param>
/// <param name="Code">The code of the diagnostic that foretells it; empty where there must be no error.</param>
/// <param name="Broken">What is wrong with the livepatch, for the table.</param>
/// <param name="Make">Makes the livepatch's file.</param>
internal sealed record LoadRuleCase(string Rule, string Code, string Broken, Func<LoadRuleModules, byte[]> Make)
{
    /// <summary>The name of the module; the source that it is made of has the same.</summary>
    public string Name { get; init; } = LoadRuleSource.Good;

    /// <summary>Where it is loaded.</summary>
    public LoadRuleGuest Guest { get; init; }

    /// <summary>What the kernel makes of it.</summary>
    public LoadRuleOutcome Outcome { get; init; } = LoadRuleOutcome.Refused;

    /// <summary>On which kernels it is otherwise: the diagnostic that foretells it there, and what they make of it.</summary>
    public (Predicate<KernelTree> Kernels, string Code, LoadRuleOutcome Outcome)? Otherwise { get; init; }

    /// <summary>The configuration option, without "CONFIG_", that a kernel needs to have this rule; null for those that all have.</summary>
    public string? Option { get; init; }

    /// <summary>Whether zram is loaded only after it.</summary>
    public bool Late { get; init; }

    /// <summary>Whether zram, which was there before it, goes and comes again after it.</summary>
    public bool Again { get; init; }

    /// <summary>Whether it has a guest of its own, because the kernel does not survive it unharmed.</summary>
    public bool Alone { get; init; }

    /// <summary>Whether it is unloaded again, though it has a guest of its own: what is wrong shows then.</summary>
    public bool Unloads { get; init; }

    /// <summary>Why validation cannot foretell what the kernel does; null where it has to.</summary>
    public string? NotForetold { get; init; }

    /// <summary>Whether what decides is known only on the running machine, so that the diagnostic need not be an error.</summary>
    public bool RunTime { get; init; }

    /// <summary>The name of a module of <see cref="LoadRuleSource"/> that is loaded before it; null for none.</summary>
    public string? After { get; init; }

    /// <summary>Whether that module is what it patches.</summary>
    public bool PatchesAfter => After == LoadRuleSource.KeyTarget;

    /// <summary>The case as it is on a kernel.</summary>
    public LoadRuleCase On(KernelTree kernel) =>
        Otherwise is { } otherwise && otherwise.Kernels(kernel) ? this with { Code = otherwise.Code, Outcome = otherwise.Outcome } : this;

    /// <summary>The case in one line, unique.</summary>
    public override string ToString() => $"{Rule} on {Guest}: {Broken}";
}
