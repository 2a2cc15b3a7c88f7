namespace Klp.TestAdapter.Tests;

/// <summary>What is missing or too old on the machine.</summary>
public class MachineTests
{
    [Fact]
    public void A_QEMU_that_is_missing_is_the_failure_of_booting()
    {
        using LivepatchProject project = new();
        Assert.True(project.Run("build").ExitCode == 0);
        using PathWithout path = new(project.Kernel.Machine.Program);
        project.Environment["PATH"] = path.Value;

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["boots"], run.Names("Failed"));
        Assert.Contains($"'{project.Kernel.Machine.Program}', which boots {project.Kernel.Machine.Architecture} kernels, is not installed.", run["boots"].Message, StringComparison.Ordinal);
        Assert.Contains(project.Kernel.Machine.Package, run["boots"].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_QEMU_that_is_too_old_is_quoted_with_its_version()
    {
        using LivepatchProject project = new();
        using PathWithout path = new(project.Kernel.Machine.Program);
        path.Add(project.Kernel.Machine.Program, """
            #!/bin/sh
            if [ "$1" = --version ]; then echo 'QEMU emulator version 1.0'; exit 0; fi
            echo "qemu: -accel: invalid option" >&2
            exit 1
            """);
        project.Environment["PATH"] = path.Value;

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["boots"], run.Names("Failed"));
        Assert.Contains("-accel: invalid option", run["boots"].Message, StringComparison.Ordinal);
        Assert.Contains("QEMU emulator version 1.0", run["boots"].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_that_panics_as_it_boots_is_the_failure_of_booting()
    {
        using LivepatchProject project = new(items: "<PropertyGroup><KlpBootKernelArguments>rdinit=/nothing</KlpBootKernelArguments></PropertyGroup>");

        TestRunOutcome run = project.Test();
        TestRunOutcome picked = project.Test("--no-build", "--filter", "Name=unloads");

        Assert.Equal((1, 1), (run.ExitCode, picked.ExitCode));
        Assert.Equal(["boots"], run.Names("Failed"));
        Assert.Contains("The guest's kernel panicked. Its PID 1 did not start.", run["boots"].Message, StringComparison.Ordinal);
        Assert.Contains("Not tested, as the guest had ended", run["loads"].Message, StringComparison.Ordinal);
        Assert.Contains("panicked", Assert.Single(picked.Cases).Message, StringComparison.Ordinal);
    }
}
