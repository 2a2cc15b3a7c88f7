using System.Text.RegularExpressions;
using Klp.Boot.Report;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests;

/// <summary>One test of a <see cref="SelftestScript"/>.</summary>
/// <param name="name">Script and test.</param>
internal sealed partial class SelftestScenario(string name)
{
    private const int InvalidArgument = 22;

    private static readonly Lazy<Regex> DebugMessages = new(FindDebugMessages);

    private readonly List<Func<IReadOnlyList<StepResult>, IEnumerable<string>>> lines = [];
    private readonly List<Action<IReadOnlyList<StepResult>>> checks = [];

    /// <summary>The lines that the script expects in the kernel's log.</summary>
    public IReadOnlyList<string> Expected { get; set; } = [];

    /// <summary>Adds a line that the script itself writes into the log.</summary>
    public void AddLine(string line) => lines.Add(_ => [line]);

    /// <summary>Adds a step that has to do what it should, and what the kernel logs meanwhile.</summary>
    public void AddStep(int step)
    {
        checks.Add(steps => Assert.True(steps[step].Succeeded, $"{name}: {steps[step]}\n{string.Join('\n', steps[step].Log)}"));
        lines.Add(steps => Logged(steps[step]));
    }

    /// <summary>Adds the loading of a module that the kernel has to refuse, with what insmod says of it.</summary>
    public void AddFailedLoad(int step, string module)
    {
        checks.Add(steps => Assert.Equal((name, StepStatus.Refused), (name, steps[step].Status)));
        // kmod has words of its own for EINVAL.
        lines.Add(steps =>
        [
            .. Logged(steps[step]),
            $"insmod: ERROR: could not insert module test_modules/{module}.ko: {(steps[step].Errno == InvalidArgument ? "Invalid parameters" : steps[step].ErrorText)}",
        ]);
    }

    /// <summary>Adds the lines of a file that have a text.</summary>
    public void AddMatches(int step, string text) =>
        lines.Add(steps => steps[step].Text.Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Adds what a file has to contain, or not.</summary>
    public void AddFileCheck(int step, bool equals, string text)
    {
        if (equals)
            checks.Add(steps => Assert.Equal(text, steps[step].Text.TrimEnd('\n')));
        else
            checks.Add(steps => Assert.NotEqual(text, steps[step].Text.TrimEnd('\n')));
    }

    /// <summary>Asserts what the script asserts. The kernel's debug messages aside, which not every kernel can show.</summary>
    public void AssertAsExpected(IReadOnlyList<StepResult> steps)
    {
        foreach (Action<IReadOnlyList<StepResult>> check in checks)
            check(steps);
        Assert.NotEmpty(Expected);
        Assert.Equal(
            Expected.Where(line => !DebugMessages.Value.IsMatch(line)).Prepend(name),
            lines.SelectMany(line => line(steps)).Prepend(name));
    }

    /// <summary>As check_result of functions.sh picks lines.</summary>
    private static IEnumerable<string> Logged(StepResult step) => step.Log
        .SelectMany(record => record.Text.Split('\n'))
        .Where(line => line.Contains("livepatch:", StringComparison.Ordinal) || line.Contains("test_klp", StringComparison.Ordinal))
        .Where(line => !line.Contains("tainting kernel", StringComparison.Ordinal) && !line.Contains("taints kernel", StringComparison.Ordinal));

    /// <summary>The formats of pr_debug in kernel/livepatch.</summary>
    private static Regex FindDebugMessages()
    {
        string folder = Path.Combine(DemoKernel.Tree.BuildDirectory, "source", "kernel", "livepatch");
        string[] formats =
        [
            .. Directory.GetFiles(folder, "*.c").SelectMany(file => DebugCall().Matches(File.ReadAllText(file)))
                .Select(match => Regex.Escape(match.Groups["format"].Value).Replace("%s", ".*", StringComparison.Ordinal).Replace("%d", "-?[0-9]+", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(formats);
        return new Regex($"^livepatch: (?:{string.Join('|', formats)})$");
    }

    [GeneratedRegex("pr_debug\\(\"(?<format>[^\"]*)\\\\n\"")]
    private static partial Regex DebugCall();
}
