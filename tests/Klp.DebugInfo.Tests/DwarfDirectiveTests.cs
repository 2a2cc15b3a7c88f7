using Klp.DebugInfo.Tests.Support;
using Klp.Elf.Model;

namespace Klp.DebugInfo.Tests;

/// <summary>Lines that an assembler source states itself, so that columns and paths are known exactly.</summary>
public class DwarfDirectiveTests
{
    [Theory]
    [InlineData("arm64")]
    [InlineData("arm64, big-endian")]
    public void Version_5_joins_files_with_directory_0(string compiler)
    {
        const string source = """
            .file 0 "/build" "main.c"
            .file 1 "rel" "a.h"
            .file 2 "/abs" "b.h"
            .file 3 "plain.h"
            .text
            .loc 0 10 3
            nop
            .loc 1 20 7
            nop
            .loc 2 30 0
            nop
            .loc 3 70000 300
            nop
            """;
        AssertLines(compiler, "-gdwarf-5", source, "/build/main.c:10:3", "/build/rel/a.h:20:7", "/abs/b.h:30:0", "/build/plain.h:70000:300");
    }

    [Theory]
    [InlineData("arm64")]
    [InlineData("arm64, big-endian")]
    public void Version_4_leaves_files_as_they_are(string compiler)
    {
        const string source = """
            .file 1 "rel/a.h"
            .file 2 "/abs/b.h"
            .file 3 "plain.h"
            .text
            .loc 1 20 7
            nop
            .loc 2 30 1
            nop
            .loc 3 5 2
            nop
            """;
        AssertLines(compiler, "-gdwarf-4", source, "rel/a.h:20:7", "/abs/b.h:30:1", "plain.h:5:2");
    }

    [Fact]
    public void Of_rows_with_one_address_the_last_counts()
    {
        const string source = """
            .file 1 "a.c"
            .text
            .loc 1 4 1
            .loc 1 5 1
            .loc 1 6 2
            nop
            """;
        AssertLines("arm64", "-gdwarf-4", source, "a.c:6:2");
    }

    private static void AssertLines(string compiler, string options, string source, params string[] expected)
    {
        using TempFolder folder = new();
        string path = BinutilsCompiler.Named(compiler).Compile(folder.Write("source.s", source), folder["source.o"], options);
        DwarfLines.AssertText(expected, ElfObject.Open(path));
    }
}
