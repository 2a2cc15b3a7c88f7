using System.Text.RegularExpressions;
using Klp.Boot.Machine;
using Klp.Boot.Script;

namespace Klp.Boot.Tests;

/// <summary>
/// A script of the kernel's livepatch selftests (tools/testing/selftests/livepatch/test-*.sh), made into steps of a guest, which has
/// no bash. What the script expects of the kernel's log (check_result) and of files is then asserted. The commands
/// are those of functions.sh; one that is not known here fails the test.
/// </summary>
internal sealed partial class SelftestScript
{
    private const string LivepatchFolder = "/sys/kernel/livepatch";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>What sets the shell and its tracing up, looks for kprobes, or counts livepatches, whose going the steps wait for.</summary>
    private static readonly string[] Ignored = [". ", "setup_config", "exit 0", "mods=", "nmods=", "loop_until 'mods=", "grep -q kprobe_ftrace_ops "];

    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal)
    {
        ["SYSFS_KLP_DIR"] = LivepatchFolder,
        ["SYSFS_KPROBES_DIR"] = "/sys/kernel/debug/kprobes",
    };

    private readonly string name;
    private readonly Func<string, string> moduleFile;
    private readonly List<SelftestScenario> scenarios = [];

    private SelftestScript(string file, Func<string, string> moduleFile)
    {
        name = Path.GetFileName(file);
        this.moduleFile = moduleFile;
    }

    /// <summary>The steps.</summary>
    public GuestScript Guest { get; } = new();

    /// <summary>The script's tests, in order.</summary>
    public IReadOnlyList<SelftestScenario> Scenarios => scenarios;

    private SelftestScenario Scenario => scenarios[^1];

    /// <summary>Reads a script.</summary>
    /// <param name="file">The script.</param>
    /// <param name="moduleFile">The .ko of a module's name.</param>
    public static SelftestScript Read(string file, Func<string, string> moduleFile)
    {
        SelftestScript script = new(file, moduleFile);
        // A string of several lines, and a command with "||" at the end of its line, go on in the next.
        string text = Comment().Replace(File.ReadAllText(file), "").Replace("||\n", "|| ", StringComparison.Ordinal);
        script.Translate([.. Statement().Matches(text).Select(match => match.Value.Trim()).Where(statement => statement.Length > 0)]);
        return script;
    }

    /// <summary>Asserts of every test what the script asserts.</summary>
    public void AssertAsExpected(BootResult result)
    {
        Assert.NotEmpty(scenarios);
        Assert.True(result.Outcome == BootOutcome.Completed, result.Describe());
        foreach (SelftestScenario scenario in scenarios)
            scenario.AssertAsExpected(result.Report.Steps);
        Assert.DoesNotContain(result.Report.Log, record => record.IsComplaint);
    }

    private void Translate(IReadOnlyList<string> statements)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            string statement = statements[i];
            if (Loop().Match(statement) is { Success: true } loop)
            {
                int end = IndexOf(statements, "done", i);
                foreach (string value in Expand(loop.Groups["values"].Value).Split(' '))
                {
                    variables[loop.Groups["name"].Value] = value;
                    Translate([.. statements.Skip(i + 1).Take(end - i - 1)]);
                }

                i = end;
            }
            else if (statement.StartsWith("if ", StringComparison.Ordinal))
            {
                if (FileCondition().Match(statement) is { Success: true } condition)
                    AddFileCheck(Expand(condition.Groups["file"].Value), condition.Groups["operator"].Value == "!=", Expand(condition.Groups["text"].Value));
                else if (!statement.Contains("nmods", StringComparison.Ordinal))
                    throw Unknown(statement);
                i = IndexOf(statements, "fi", i);
            }
            else if (!Array.Exists(Ignored, ignored => statement.StartsWith(ignored, StringComparison.Ordinal)))
            {
                Carry(statement);
            }
        }
    }

    private void Carry(string statement)
    {
        if (Assignment().Match(statement) is { Success: true } assignment)
        {
            variables[assignment.Groups["name"].Value] = Expand(assignment.Groups["value"].Value);
            return;
        }

        string[] words = Expand(statement).Split(' ', 2);
        string arguments = words.Length > 1 ? words[1].Replace("\"", "", StringComparison.Ordinal) : "";
        string[] split = arguments.Split(' ', 2);
        string parameters = split.Length > 1 ? split[1] : "";
        switch (words[0])
        {
            case "start_test":
                scenarios.Add(new SelftestScenario($"{name}: {arguments}"));
                break;
            case "load_mod":
                AddLoad(split[0], parameters, fails: false);
                break;
            case "load_lp":
                AddLoad(split[0], parameters, fails: false);
                Add(GuestStep.WaitForContent($"{LivepatchFolder}/{split[0]}/transition", "0", Limit));
                break;
            case "load_lp_nowait":
                AddLoad(split[0], parameters, fails: false);
                break;
            case "load_failing_mod":
                AddLoad(split[0], parameters, fails: true);
                break;
            case "unload_mod" or "unload_lp":
                AddUnload(arguments);
                break;
            case "disable_lp":
                Scenario.AddLine($"% echo 0 > {LivepatchFolder}/{arguments}/enabled");
                Add(GuestStep.Write($"{LivepatchFolder}/{arguments}/enabled", "0"));
                Add(GuestStep.WaitUntilGone($"{LivepatchFolder}/{arguments}", Limit));
                break;
            case "set_pre_patch_ret":
                Scenario.AddLine($"% echo {parameters} > /sys/module/{split[0]}/parameters/pre_patch_ret");
                Add(GuestStep.Write($"/sys/module/{split[0]}/parameters/pre_patch_ret", parameters));
                break;
            case "check_result":
                Scenario.Expected = arguments.Split('\n');
                break;
            case "echo" when Echo().Match(arguments) is { Success: true } echo:
                Add(GuestStep.Write(echo.Groups["file"].Value, echo.Groups["text"].Value));
                break;
            case "grep" when Grep().Match(arguments) is { Success: true } grep:
                Scenario.AddMatches(Guest.Add(GuestStep.Read(grep.Groups["file"].Value)), grep.Groups["text"].Value);
                break;
            case "loop_until" when TransitionStalls().Match(arguments) is { Success: true } stalls:
                Add(GuestStep.WaitForContent(stalls.Groups["file"].Value, "1", Limit));
                break;
            default:
                throw Unknown(statement);
        }
    }

    private void AddLoad(string module, string parameters, bool fails)
    {
        Scenario.AddLine($"% insmod test_modules/{module}.ko {parameters}".TrimEnd());
        // Before 6.2 the kernel searches all its symbols for each that the livepatch uses.
        int load = Guest.Add(GuestStep.Load(Guest.AddModule(moduleFile(module)), parameters) with { Limit = TimeSpan.FromMinutes(1) });
        if (fails)
            Scenario.AddFailedLoad(load, module);
        else
            Scenario.AddStep(load);
    }

    private void AddUnload(string module)
    {
        Add(GuestStep.WaitForContent($"/sys/module/{module}/refcnt", "0", Limit));
        Scenario.AddLine($"% rmmod {module}");
        Add(GuestStep.Unload(module));
    }

    private void AddFileCheck(string file, bool equals, string text) => Scenario.AddFileCheck(Guest.Add(GuestStep.Read(file)), equals, text);

    private void Add(GuestStep step) => Scenario.AddStep(Guest.Add(step));

    private int IndexOf(IReadOnlyList<string> statements, string end, int start)
    {
        for (int i = start; i < statements.Count; i++)
        {
            if (statements[i] == end)
                return i;
        }

        throw Unknown(statements[start]);
    }

    private string Expand(string text) => Variable().Replace(text, match => variables.TryGetValue(match.Groups["name"].Value, out string? value) ? value : throw Unknown(match.Value));

    private InvalidOperationException Unknown(string statement) => new($"{name} has '{statement}', which is yet to be considered.");

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("""(?:[^"\n]|"(?:[^"\\]|\\.)*")+""")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^(?<name>[A-Z_0-9]+)=(?<value>\S+)$")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$\{?(?<name>[A-Za-z_][A-Za-z_0-9]*)\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^for (?<name>\w+) in (?<values>.*); do$")]
    private static partial Regex Loop();

    [GeneratedRegex("""^if \[\[ "\$\(cat (?<file>\S+)\)" (?<operator>!=|==) "(?<text>[^"]*)" \]\] ; then$""")]
    private static partial Regex FileCondition();

    [GeneratedRegex(@"^(?<text>\S+) > (?<file>\S+)$")]
    private static partial Regex Echo();

    [GeneratedRegex(@"^'(?<text>[^']+)' (?<file>\S+) > /dev/kmsg$")]
    private static partial Regex Grep();

    [GeneratedRegex(@"^'grep -q '\^1\$' (?<file>\S+/transition)' \|\|")]
    private static partial Regex TransitionStalls();
}
