using Klp.Kbuild.Runs;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Kbuild;

public sealed class CommandFileTests
{
    [Fact]
    public void Dependencies_are_files_not_options()
    {
        using TestFolder folder = new();
        File.WriteAllText(folder.Combine(".a.o.cmd"), """
            savedcmd_c/a.o := gcc -Wp,-MMD,c/.a.o.d   -c -o c/a.o c/a.c

            source_c/a.o := c/a.c

            deps_c/a.o := \
              /src/linux/include/linux/kconfig.h \
                $(wildcard include/config/CPU_BIG_ENDIAN) \
              c/../s0/a.c \
              c/../s0/a.h \

            c/a.o: $(deps_c/a.o)

            $(deps_c/a.o):

            """);

        Assert.Equal(["/src/linux/include/linux/kconfig.h", "c/../s0/a.c", "c/../s0/a.h"], CommandFile.Dependencies(folder.Combine("a.o")));
        Assert.Empty(CommandFile.Dependencies(folder.Combine("b.o")));
    }
}
