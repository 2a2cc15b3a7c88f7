using Klp.Boot.Host;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests.Machine;

/// <summary>What is said when a program of the guest does not compile, with compilers that word it in their own way.</summary>
public sealed class TargetCompilerTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_missing_C_library_is_known_whatever_the_compilers_words()
    {
        // "no include path in which to search for stdio.h"
        TargetCompiler compiler = Compiler("exec GCC -nostdinc \"$@\"");

        BootSetupException problem = await Assert.ThrowsAsync<BootSetupException>(() => compiler.CompileAsync("probe", "#include <stdio.h>\nint main(void) { return 0; }\n", CancellationToken.None));

        Assert.Equal(BootSetupProblem.CLibraryMissing, problem.Problem);
        Assert.Contains("stdio.h", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_is_no_missing_C_library_whatever_its_words()
    {
        TargetCompiler compiler = Compiler("exec GCC \"$@\"");

        BootSetupException problem = await Assert.ThrowsAsync<BootSetupException>(() => compiler.CompileAsync("probe", "#error cannot find -lc\n", CancellationToken.None));

        Assert.Equal(BootSetupProblem.CompilationFailed, problem.Problem);
    }

    private TargetCompiler Compiler(string script)
    {
        string gcc = DemoKernel.Kernel.CrossCompile + "gcc";
        string file = folder.Write("wrapped-gcc", $"#!/bin/sh\n{script.Replace("GCC", gcc, StringComparison.Ordinal)}\n");
        Tool.Run("chmod", "+x", file);
        return new TargetCompiler(KernelUnderTest.For(DemoKernel.Tree, crossCompile: folder.Combine("wrapped-")));
    }
}
