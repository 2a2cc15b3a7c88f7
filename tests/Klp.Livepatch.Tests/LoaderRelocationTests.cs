using Klp.Elf.Relocations;
using Klp.Kernel.Facts;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>What is known of each architecture's module loader, against the loader's own source.</summary>
[Trait("Needs", "kernel")]
public class LoaderRelocationTests
{
    private const uint LargestType = 1100;

    public static TheoryData<string> Architectures => [.. KernelArchitecture.All.Select(architecture => architecture.DisplayName)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_types_are_those_that_the_loader_applies(string name) => AssertTypes(Named(name));

    [Theory]
    [MemberData(nameof(Architectures))]
    public void What_a_moved_relocation_leaves_behind_is_applied_in_every_configuration(string name)
    {
        KernelArchitecture architecture = Named(name);
        foreach (string[] options in Configurations(architecture))
            Assert.Contains(architecture.IgnoredRelocationType, LoaderSource.Types(architecture, options));
    }

    // readelf and elf.h, which all names are compared with, are older in Debian 12 than LoongArch's newest types.
    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_names_of_those_types_are_in_the_kernels_headers(string name)
    {
        KernelArchitecture architecture = Named(name);
        RelocationTypes types = RelocationTypes.For(architecture.Machine);
        ILookup<uint, string> names = LoaderSource.Names(architecture).ToLookup(entry => entry.Type, entry => entry.Name);
        // The kernel calls arm64's R_AARCH64_NULL R_AARCH64_NONE, and its R_AARCH64_NONE R_ARM_NONE.
        foreach (uint type in LoaderSource.Types(architecture).Where(type => architecture != KernelArchitecture.Arm64 || !types.IsNone(type)))
            Assert.Contains(types.Name(type), names[type]);
    }

    /// <summary>Asserts that exactly the types that the loader's source has are taken for applied.</summary>
    internal static void AssertTypes(KernelArchitecture architecture)
    {
        HashSet<uint> applied = [.. Configurations(architecture).SelectMany(options => LoaderSource.Types(architecture, options))];
        RelocationTypes types = RelocationTypes.For(architecture.Machine);
        Assert.Equal(
            applied.Order().Select(types.Name),
            Enumerable.Range(0, (int)LargestType).Select(type => (uint)type).Where(architecture.LoaderApplies).Select(types.Name));
    }

    // ppc64le's loader knows other types in a kernel for Power10.
    private static string[][] Configurations(KernelArchitecture architecture) =>
        architecture == KernelArchitecture.PowerPC64 ? [[], ["CONFIG_PPC_KERNEL_PCREL"]] : [[]];

    private static KernelArchitecture Named(string name) => KernelArchitecture.All.Single(architecture => architecture.DisplayName == name);
}
