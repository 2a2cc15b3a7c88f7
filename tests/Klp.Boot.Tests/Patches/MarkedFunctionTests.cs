using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Klp.Kbuild.Patching;
using Xunit.Abstractions;

namespace Klp.Boot.Tests.Patches;

/// <summary>
/// An instruction is put into one function of each of some units. It says in the livepatch which functions had to change: those
/// that have it.
/// </summary>
[Collection(Guests.Collection)]
public sealed partial class MarkedFunctionTests(ITestOutputHelper output)
{
    // A hint that no compiler and no source uses, and that processors pass over.
    private const string Marker = "hint #0x7b";

    [Fact]
    public Task Exactly_the_functions_that_have_the_change_are_replaced_and_each_livepatch_lives() => RunAsync((_, _) => true);

    /// <summary>Functions that share a section with others of their unit: those of mutexes, of semaphores, of the scheduler's waiting.</summary>
    [Fact]
    public Task So_are_those_of_the_schedulers_section() => RunAsync(IsOfScheduler);

    // All tasks sleep in it, and never leave it all at once.
    private static bool IsOfScheduler(string[] lines, int body)
    {
        string head = string.Join(' ', lines[Math.Max(0, body - 3)..body]);
        head = head[(head.LastIndexOfAny(['}', ';']) + 1)..];
        return head.Contains(" __sched ", StringComparison.Ordinal) && !head.Contains("schedule(", StringComparison.Ordinal);
    }

    private async Task RunAsync(Func<string[], int, bool> isMeant)
    {
        KernelUnderTest kernel = DemoKernel.Kernel;
        using TestFolder folder = new();
        PatchedModules modules = new(kernel, folder);
        UnitSources sources = new(kernel);
        string[] units = CorpusSize.Choose(sources.All.Where(path => Bodies(sources.Lines(path), isMeant).Length > 0), out int seed);
        Random random = new(seed);
        Dictionary<string, string> patches = units.Select((path, index) => (Path: path, Index: index))
            .ToDictionary(unit => $"klp_marked_{unit.Index}", unit => Mark(modules, unit.Path, sources.Lines(unit.Path), isMeant, $"klp_marked_{unit.Index}", random));

        IReadOnlyDictionary<string, PatchOutcome> outcomes = await modules.BuildAsync(patches);

        foreach ((string name, PatchOutcome outcome) in outcomes)
        {
            output.WriteLine($"{name} (seed {seed}): {(outcome.Module is null ? string.Join(' ', outcome.Errors) : string.Join(' ', Replaced(outcome).Select(function => function.Symbol)))}");
            outcome.AssertMadeOrRefused();
            if (outcome.Module is null)
                continue;
            string[] marked = [.. Code(outcome.Module).Where(function => function.Value.Any(IsMark)).Select(function => function.Key)];
            Assert.True(marked.Length > 0, $"{name}, seed {seed}: nothing of the livepatch has the change\n{patches[name]}");
            // What calls or contains the marked function can be compiled otherwise, and is changed then; what lifts it need not be.
            Assert.All(Replaced(outcome).Where(function => !function.Reason.StartsWith("calls ", StringComparison.Ordinal)), function => Assert.True(
                marked.Contains(function.NewName) || Shape(outcome.Module, function.NewName) != Shape(ImageOf(kernel, function), function.Name),
                $"{name}, seed {seed}: {function.Symbol} did not change\n{patches[name]}"));
        }

        await PatchLives.AssertAsync(kernel, [.. outcomes.Values.Select(outcome => outcome.Module).OfType<string>()]);
    }

    private static IEnumerable<ExplainedFunction> Replaced(PatchOutcome outcome) => outcome.Explanation!.Units.SelectMany(unit => unit.Functions);

    private static string Mark(PatchedModules modules, string path, string[] lines, Func<string[], int, bool> isMeant, string name, Random random)
    {
        int[] bodies = Bodies(lines, isMeant);
        lines[bodies[random.Next(bodies.Length)]] = $"{{ asm volatile(\"{Marker}\");";
        return modules.PatchOf(name, path, string.Join('\n', lines) + "\n");
    }

    private static int[] Bodies(string[] lines, Func<string[], int, bool> isMeant) =>
        [.. UnitSources.Bodies(lines).Where(body => isMeant(lines, body))];

    private static bool IsMark(string instruction) =>
        instruction.EndsWith('\t' + Marker.Replace(" ", "\t", StringComparison.Ordinal), StringComparison.Ordinal);

    // The instructions of each function.
    private static Dictionary<string, List<string>> Code(string module, params string[] choice)
    {
        Dictionary<string, List<string>> functions = [];
        List<string> lines = [];
        foreach (string line in Tool.Run(Tool.Arm64 + "objdump", ["-d", .. choice, module]).Output.Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
                functions[head.Groups["name"].Value] = lines = [];
            else
                lines.Add(line);
        }

        return functions;
    }

    private static string ImageOf(KernelUnderTest kernel, ExplainedFunction function) => function.Symbol.StartsWith("vmlinux:", StringComparison.Ordinal)
        ? Path.Combine(kernel.Tree.BuildDirectory, "vmlinux")
        : kernel.Tree.FindModule(function.Symbol.Split(':')[0])!;

    // Operations and registers of a function: where things are differs anyway.
    private static string Shape(string file, string function) =>
        string.Join('\n', Code(file, $"--disassemble={function}")[function].Select(line => Place().Replace(string.Join(' ', line.Split('\t').Skip(2)), "")));

    [GeneratedRegex(@"<[^>]*>|#-?\w+|\b[0-9a-f]+ (?=<)|//.*|[\[\], ]")]
    private static partial Regex Place();

    [GeneratedRegex("^[0-9a-f]+ <(?<name>.+)>:$")]
    private static partial Regex Head();
}
