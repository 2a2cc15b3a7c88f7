using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Livepatch.Modules;

namespace Klp.Boot.Tests;

/// <summary>Where debug information of a kernel says that members of its livepatch structures are; its compiler knows.</summary>
public class KernelLayoutTests
{
    [Fact]
    public Task The_compiler_agrees_with_DWARF() => AssertAgreesAsync(HardenedKernel.Kernel);

    [Fact]
    public Task The_compiler_agrees_with_the_BTF_of_a_kernel_without_vmlinux() => AssertAgreesAsync(DistributionKernel.Kernel);

    [Fact]
    public void A_kernel_without_either_has_the_usual_layout() => Assert.Same(LivepatchLayout.Usual, LivepatchLayout.Of(DemoKernel.Tree));

    private static async Task AssertAgreesAsync(KernelUnderTest kernel)
    {
        LivepatchLayout layout = LivepatchLayout.Of(kernel.Tree);
        Assert.NotSame(LivepatchLayout.Usual, layout);
        Assert.Equal(4, layout.Callbacks.Count);
        using TestFolder folder = new();
        await KbuildModule.CompileAsync(folder, kernel, ("layout", $$"""
            #include <linux/livepatch.h>
            #include <linux/module.h>
            #define IS_AT(structure, member, offset) static_assert(offsetof(struct structure, member) == (offset))
            IS_AT(klp_patch, states, {{layout.States}});
            IS_AT(klp_patch, replace, {{layout.Replace}});
            IS_AT(klp_state, id, {{layout.StateId}});
            IS_AT(klp_state, version, {{layout.StateVersion}});
            static_assert(sizeof(struct klp_state) == {{layout.StateBytes}});
            {{string.Join('\n', layout.Callbacks.Select(callback => $"IS_AT(klp_object, callbacks.{callback.Name}, {callback.Offset});"))}}
            MODULE_LICENSE("GPL");

            """));
    }
}
