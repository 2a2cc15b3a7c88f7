using Klp.Boot.Tests.LoaderRules;

namespace Klp.Boot.Tests.Kernels;

/// <summary>What <see cref="KernelTableTests"/> look at on each kernel: one boot of it, and the tests of both samples, when they are first asked for.</summary>
public sealed class KernelMatrixRun
{
    /// <summary>The checks but the last, which <see cref="LoadRuleRun"/> does.</summary>
    internal const string Built = "samples built", Kallsyms = "database = kallsyms", Traced = "trace sites", Life = "life of the samples", LoadRules = "load rules";

    private readonly Dictionary<string, Lazy<Task<MatrixGuest>>> guests =
        MatrixKernels.Names.ToDictionary(kernel => kernel, kernel => new Lazy<Task<MatrixGuest>>(() => MatrixGuest.BootAsync(MatrixKernels.Named(kernel))));

    private readonly Dictionary<string, Lazy<SampleLife[]>> samples =
        MatrixKernels.Names.ToDictionary(kernel => kernel, kernel => new Lazy<SampleLife[]>(() => [.. SampleLife.Samples.Select(sample => SampleLife.Test(MatrixKernels.Named(kernel), sample))]));

    /// <summary>What is looked at, in the order of the table's columns.</summary>
    internal static IReadOnlyList<string> Checks { get; } = [Built, Kallsyms, Traced, Life, LoadRules];

    /// <summary>What a check found, for the table; throws what made it fail.</summary>
    /// <param name="kernel">One of <see cref="MatrixKernels.Names"/>.</param>
    /// <param name="check">One of <see cref="Checks"/>.</param>
    /// <param name="rules">The observations of the load rules.</param>
    internal async Task<string> ResultAsync(string kernel, string check, LoadRuleRun rules)
    {
        switch (check)
        {
            case Built:
                Assert.All(samples[kernel].Value, sample => sample.AssertBuilt());
                return "both, no warning";
            case Kallsyms:
                return (await guests[kernel].Value).AssertKallsyms();
            case Traced:
                return (await guests[kernel].Value).AssertTraceSites();
            case Life:
                return $"{samples[kernel].Value.Sum(sample => sample.AssertLives())} cases";
            default:
                await rules.AssertAgreesAsync(Enum.Parse<LoadRuleGuest>(kernel, ignoreCase: true));
                return "agree";
        }
    }
}
