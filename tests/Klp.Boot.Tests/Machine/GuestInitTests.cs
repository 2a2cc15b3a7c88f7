using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Kbuild.Processes;

namespace Klp.Boot.Tests.Machine;

public class GuestInitTests
{
    [Fact]
    public async Task Its_source_compiles_without_a_warning()
    {
        using TestFolder folder = new TestFolder();
        string source = folder.Write("init.c", await GuestInit.GetSourceAsync(CancellationToken.None));
        (int exitCode, string output) = await HostProgram.RunAsync(
            DemoKernel.Kernel.CrossCompile + "gcc",
            ["-static", "-O2", "-Wall", "-Wextra", "-Werror", "-o", folder.Combine("init"), source], "", CancellationToken.None);
        Assert.True(exitCode == 0, output);
    }
}
