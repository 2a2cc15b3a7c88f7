using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;
using Klp.Boot.Tests.Machine;
using Xunit.Abstractions;

namespace Klp.Boot.Tests.Patches;

/// <summary>A patch that changes no code changes nothing: it is told, whatever the unit, and no livepatch is made.</summary>
[Collection(Guests.Collection)]
public sealed partial class NullPatchTests(ITestOutputHelper output)
{
    private static readonly Func<string[], Random, string[]>[] Edits = [AddBlankLine, AddComment, MoveDeclaration];

    [Fact]
    public async Task A_blank_line_a_comment_and_a_moved_declaration_leave_nothing_to_patch()
    {
        KernelUnderTest kernel = DemoKernel.Kernel;
        using TestFolder folder = new();
        PatchedModules modules = new(kernel, folder);
        UnitSources sources = new(kernel);
        string[] units = CorpusSize.Choose(sources.All, out int seed);
        Random random = new(seed);
        Dictionary<string, string> patches = units.Select((path, index) => (Path: path, Name: $"klp_null_{index}", Edit: Edits[index % Edits.Length]))
            .ToDictionary(unit => unit.Name, unit => modules.PatchOf(unit.Name, unit.Path, string.Join('\n', unit.Edit(sources.Lines(unit.Path), random)) + "\n"));

        IReadOnlyDictionary<string, PatchOutcome> outcomes = await modules.BuildAsync(patches);

        output.WriteLine($"seed {seed}: {string.Join(' ', units)}");
        Assert.All(outcomes, outcome => Assert.True(
            outcome.Value is { Module: null, Errors: ["KLP7020"] }, $"{outcome.Key}, seed {seed}: {outcome.Value}\n{patches[outcome.Key]}"));
    }

    private static string[] AddBlankLine(string[] lines, Random random) => Insert(lines, Body(lines, random) + 1, "");

    private static string[] AddComment(string[] lines, Random random) => Insert(lines, Body(lines, random) + 1, "\t/* nothing */");

    // Before the declaration above it, where a file has two in a row.
    private static string[] MoveDeclaration(string[] lines, Random random)
    {
        int[] pairs = [.. Enumerable.Range(1, Math.Max(0, lines.Length - 1)).Where(line => Declaration().IsMatch(lines[line]) && Declaration().IsMatch(lines[line - 1]))];
        if (pairs.Length == 0)
            return AddComment(lines, random);
        int second = pairs[random.Next(pairs.Length)];
        return [.. lines[..(second - 1)], lines[second], lines[second - 1], .. lines[(second + 1)..]];
    }

    private static int Body(string[] lines, Random random)
    {
        int[] bodies = [.. UnitSources.Bodies(lines)];
        return bodies[random.Next(bodies.Length)];
    }

    private static string[] Insert(string[] lines, int at, string line) => [.. lines[..at], line, .. lines[at..]];

    // Not of a macro, which may use what is declared above it.
    [GeneratedRegex(@"^(static |extern )?[a-z][\w \*]*[ \*][a-z_][a-z0-9_]*\([^(){}]*\);$")]
    private static partial Regex Declaration();
}
