using System.Diagnostics;
using System.Text;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>dotnet watch.</summary>
public sealed class WatchTests
{
    private const string Waits = "Waiting for a file to change";
    private const string Wrote = " -> ";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void It_watches_what_the_livepatch_is_made_from_and_builds_once_a_change()
    {
        using TestProject project = new();
        project.WriteProject("""<ItemGroup><KlpBootTest Include="tests/check.c;tests/check.sh" /></ItemGroup>""");
        project.Write("text.h", "#define TEXT \"text\"\n");
        project.Write("unused.h", "");
        project.Write("tests/check.c", "int main(void) { return 0; }\n");
        project.Write("tests/check.sh", "");
        project.Edit("patch.c", "#include <linux/seq_file.h>", "#include <linux/seq_file.h>\n#include \"text.h\"");
        project.Build().Succeeded();

        (int exitCode, string list) = DotNet.Run(project.Folder, ["watch", "--list"], project.Environment);
        Assert.True(exitCode == 0, list);
        Assert.Equal(
            ["patch.c", "patch.csproj", "tests/check.c", "tests/check.sh", "text.h"],
            list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('/')).Select(line => Path.GetRelativePath(project.Folder, line)).Order(StringComparer.Ordinal));

        StringBuilder output = new();
        using Process watch = DotNet.Start(project.Folder, ["watch", "--non-interactive", "build", "-tl:off"], project.Environment);
        try
        {
            watch.OutputDataReceived += (_, line) => Append(line.Data);
            watch.ErrorDataReceived += (_, line) => Append(line.Data);
            watch.BeginOutputReadLine();
            watch.BeginErrorReadLine();
            WaitFor(1);
            // Each change is made when the build of the one before is over, so a build that starts itself is counted by the next.
            foreach ((int index, string file) in ((string[])["text.h", "patch.c", "tests/check.c"]).Index())
            {
                TestProject.Touch(project.Combine(file));
                WaitFor(index + 2);
            }

            Assert.Equal(4, Count(Wrote));
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
            watch.WaitForExit();
        }

        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }

        int Count(string text)
        {
            lock (output)
                return output.ToString().Split(text).Length - 1;
        }

        void WaitFor(int builds)
        {
            Stopwatch clock = Stopwatch.StartNew();
            while (Count(Waits) < builds)
            {
                Assert.True(clock.Elapsed < Patience && !watch.HasExited, output.ToString());
                Thread.Sleep(50);
            }
        }
    }
}
