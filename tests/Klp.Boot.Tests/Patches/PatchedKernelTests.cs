using Klp.Boot.Tests.Machine;

namespace Klp.Boot.Tests.Patches;

/// <summary>Patches become livepatches that live on the kernel whose source they change, and that do what the patch says.</summary>
[Collection(Guests.Collection)]
public sealed class PatchedKernelTests(PatchedKernel kernel) : IClassFixture<PatchedKernel>
{
    public static TheoryData<string> Cases => [.. PatchCases.OfKernel.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_patch_has_its_effect_as_long_as_its_livepatch_is_enabled(string name) =>
        kernel.AssertWorks(PatchCases.OfKernel.Single(item => item.Name == name));

    [Fact]
    public void The_kernel_outlives_all_of_them() => kernel.AssertEnded();

    [Fact]
    public void The_trees_of_the_kernel_are_not_written_to() => kernel.AssertTreesUntouched();
}
