using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.RoundTrips;

/// <summary>The round trips of <see cref="RoundTripTableTests"/>: one boot of each kernel, when it is first asked for.</summary>
public sealed class RoundTripRun
{
    internal const string Addresses = "addresses as in kallsyms";

    private readonly Dictionary<string, Lazy<Task<RoundTrip>>> trips =
        Kernels.ToDictionary(kernel => kernel, kernel => new Lazy<Task<RoundTrip>>(() => RoundTrip.RunAsync(Named(kernel))));

    /// <summary>The kernels that are booted.</summary>
    internal static IReadOnlyList<string> Kernels { get; } = ["the demo kernel", "the distribution's kernel"];

    /// <summary>What is looked at, in the order of the table's columns.</summary>
    internal static IReadOnlyList<string> Checks { get; } = [.. RoundTrip.Variants, Addresses];

    /// <summary>The architecture and version of a kernel.</summary>
    internal static string[] Describe(string kernel) => [Named(kernel).Tree.Architecture.DisplayName, $"{kernel}, {KernelName.Of(Named(kernel))}"];

    /// <summary>What a check found, for the table; throws what made it fail.</summary>
    internal async Task<string> ResultAsync(string kernel, string check)
    {
        RoundTrip trip = await trips[kernel].Value;
        return check == Addresses ? trip.AssertAddresses() : trip.AssertLives(check);
    }

    private static KernelUnderTest Named(string kernel) => kernel == Kernels[0] ? DemoKernel.Kernel : DistributionKernel.Kernel;
}
