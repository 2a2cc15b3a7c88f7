using Klp.Kbuild.Patching;

namespace Klp.Patching.Tests.Units;

/// <summary>What compilers, and the loader that starts them, said when the machine kept them from their work.</summary>
public class MachineFaultTests
{
    [Theory]
    [InlineData("aarch64-linux-gnu-gcc: error while loading shared libraries: libc.so.6: cannot open shared object file: Error 24")]
    [InlineData("cc1: fatal error: error writing to /tmp/ccB1x2yz.s: No space left on device")]
    [InlineData("aarch64-linux-gnu-gcc: fatal error: Killed signal terminated program cc1")]
    [InlineData("{standard input}: Fatal error: can't write 96 bytes to section .text of x.o: 'Disk quota exceeded'")]
    public void A_line_that_tells_of_the_machine_is_found(string line) =>
        Assert.Equal(line, MachineFault.Find(["fs/x.c: In function 'f':", line]));

    [Theory]
    [InlineData("fs/x.c:12:3: error: 'Killed' undeclared (first use in this function)")]
    [InlineData("   12 |         return Killed;")]
    [InlineData("aarch64-linux-gnu-gcc: error while loading shared libraries: libmpc.so.3: cannot open shared object file: Error 2")]
    public void A_line_of_the_source_or_of_a_broken_compiler_is_none(string line) => Assert.Null(MachineFault.Find([line]));
}
