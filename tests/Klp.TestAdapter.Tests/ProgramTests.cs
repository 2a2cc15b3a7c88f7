namespace Klp.TestAdapter.Tests;

/// <summary>Test programs and checks of a project.</summary>
public class ProgramTests
{
    [Fact]
    public void Programs_pass_fail_and_skip_by_exit_code_signal_TAP_and_time()
    {
        using LivepatchProject project = new(items: """
            <ItemGroup>
              <KlpBootTest Include="t/passes.c;t/asserts.c;t/tap.c;t/skips.c;t/shows-control.c" />
              <KlpBootTest Include="t/hangs.c" TimeLimit="1" />
              <KlpBootTest Include="t/after.c" Phase="After" />
              <KlpBootCheck Include="/proc/cmdline" Contains="something else" />
            </ItemGroup>
            """);
        project.Write("t/answer.h", "#define ANSWER 42\n");
        project.Write("t/passes.c", "#include \"answer.h\"\nint main(void) { return ANSWER - 42; }\n");
        string asserts = project.Write("t/asserts.c", "#include <assert.h>\n\nint main(int argc, char **argv)\n{\n\tassert(argc == 7);\n\treturn 0;\n}\n");
        project.Write("t/tap.c", "#include <stdio.h>\nint main(void) { puts(\"1..3\\nok 1 - one\\nnot ok 2 - two\\n# it is three\\nok 3 - three # SKIP no\"); return 0; }\n");
        project.Write("t/skips.c", "#include <stdio.h>\nint main(void) { puts(\"no such device\"); return 4; }\n");
        project.Write("t/shows-control.c", "#include <stdio.h>\nint main(void) { fwrite(\"a\\033[31mb\\a\\0c\\n\", 1, 10, stdout); return 1; }\n");
        project.Write("t/hangs.c", "int main(void) { for (;;); }\n");
        project.Write("t/after.c", "#include <unistd.h>\nint main(void) { return !access(\"/sys/kernel/livepatch/patch\", F_OK); }\n");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(("Passed", "Passed"), (run["patched: passes"].Outcome, run["after: after"].Outcome));
        Assert.Equal("Failed", run["patched: asserts"].Outcome);
        Assert.Contains("ended by signal 6", run["patched: asserts"].Message, StringComparison.Ordinal);
        Assert.Contains("Assertion `argc == 7' failed", run["patched: asserts"].Message, StringComparison.Ordinal);
        Assert.Equal($"at patched: asserts in {asserts}:line 5", run["patched: asserts"].StackTrace.Trim());
        Assert.Equal("not ok 2 - two: it is three", run["patched: tap"].Message);
        Assert.Equal(("Passed", "Failed", "NotExecuted"), (run["patched: tap 1 one"].Outcome, run["patched: tap 2 two"].Outcome, run["patched: tap 3 three"].Outcome));
        Assert.Equal(("NotExecuted", "no such device"), (run["patched: skips"].Outcome, run["patched: skips"].Message));
        Assert.StartsWith("a?[31mb??c", run["patched: shows-control"].Output, StringComparison.Ordinal);
        Assert.Contains("not done within 1 s", run["patched: hangs"].Message, StringComparison.Ordinal);
        TestRunCase check = run["patched: /proc/cmdline contains 'something else'"];
        Assert.Equal("It does not contain 'something else'. /proc/cmdline is:\npatched", check.Message);
        Assert.Equal(["Passed"], run.Cases.Where(item => item.Case == "kernel log is clean").Select(item => item.Outcome));
    }

    [Fact]
    public void Checks_and_programs_look_again_in_the_second_life()
    {
        using LivepatchProject project = new(items: """
            <ItemGroup>
              <KlpBootTest Include="t/once.c" />
              <KlpBootCheck Include="/tmp/ran" Contains="once" DoesNotContain="twice" />
            </ItemGroup>
            """);
        // The check is read before the program runs.
        string once = project.Write("t/once.c", """
            #include <stdio.h>
            #include <unistd.h>

            int main(void)
            {
            	int again = !access("/tmp/ran", F_OK);
            	FILE *file = fopen("/tmp/ran", "a");

            	fputs(again ? "twice" : "once", file);
            	if (again)
            		printf("%s:%d: ran before\n", __FILE__, __LINE__);
            	return again;
            }
            """);

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        string[] failed = ["patched again: once", "patched: /tmp/ran contains 'once' and does not contain 'twice'"];
        Assert.Equal(failed, run.Names("Failed"));
        Assert.Equal("Passed", run["patched again: /tmp/ran contains 'once' and does not contain 'twice'"].Outcome);
        Assert.Equal($"at patched again: once in {once}:line 11", run["patched again: once"].StackTrace.Trim());
    }

    [Fact]
    public void A_check_that_fails_points_to_its_line()
    {
        using LivepatchProject project = new(items: """
            <PropertyGroup><KernelFile>/proc/version</KernelFile></PropertyGroup>
            <ItemGroup>
              <KlpBootCheck Include="/proc/cmdline" Matches="^nothing.*of%20the.*kind$" />
              <KlpBootCheck Include="/proc/cmdline"
                            Matches="^nothing.*at.*all$" />
              <KlpBootCheck Include="/proc/meminfo;/proc/cmdline">
                <Contains>no such text</Contains>
              </KlpBootCheck>
              <KlpBootCheck Include="$(KernelFile)" DoesNotContain="Linux" />
            </ItemGroup>
            """);
        string imported = project.Write("Directory.Build.targets", """
            <Project>
              <ItemGroup>
                <KlpBootCheck Include="/proc/cmdline" Contains="elsewhere" />
              </ItemGroup>
            </Project>
            """);

        TestRunOutcome run = project.Test("--filter", "Name~patched:");

        string own = Path.Combine(project.Folder, "patch.csproj");
        AssertPlace("/proc/cmdline matches '^nothing.*of the.*kind$'", own, 4);
        AssertPlace("/proc/cmdline matches '^nothing.*at.*all$'", own, 5);
        AssertPlace("/proc/meminfo contains 'no such text'", own, 7);
        AssertPlace("/proc/cmdline contains 'no such text'", own, 7);
        AssertPlace("/proc/version does not contain 'Linux'", own, 10);
        AssertPlace("/proc/cmdline contains 'elsewhere'", imported, 3);

        void AssertPlace(string check, string file, int line) =>
            Assert.Equal($"at patched: {check} in {file}:line {line}", run[$"patched: {check}"].StackTrace.Trim());
    }

    [Fact]
    public void A_program_that_takes_all_memory_fails_and_the_rest_goes_on()
    {
        using LivepatchProject project = new(items: """
            <PropertyGroup><KlpBootMemory>256</KlpBootMemory></PropertyGroup>
            <ItemGroup><KlpBootTest Include="hog.c" /></ItemGroup>
            """);
        project.Write("hog.c", "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }\n");

        TestRunOutcome run = project.Test();

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ended by signal 9", run["patched: hog"].Message, StringComparison.Ordinal);
        Assert.Contains("Out of memory: Killed process", run["patched: hog"].Message, StringComparison.Ordinal);
        Assert.Equal("Passed", run["unloads a second time"].Outcome);
    }
}
