using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Disassembly;

/// <summary>Reads what the objdump of binutils or of LLVM prints with <c>-d --no-show-raw-insn</c>, line by line.</summary>
internal sealed partial class SectionReader
{
    private readonly Dictionary<string, List<Instruction>> sections = new(StringComparer.Ordinal);
    private List<Instruction>? current;

    /// <summary>The instructions of each section, in their order.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<Instruction>> Sections =>
        sections.ToDictionary(section => section.Key, section => (IReadOnlyList<Instruction>)section.Value, StringComparer.Ordinal);

    /// <summary>Takes a line.</summary>
    internal void Read(string line)
    {
        if (SectionLine().Match(line) is { Success: true } section)
        {
            if (!sections.TryGetValue(section.Groups["name"].Value, out current))
                sections.Add(section.Groups["name"].Value, current = []);
        }
        else if (current is not null && InstructionLine().Match(line) is { Success: true } instruction)
        {
            current.Add(Make(
                ulong.Parse(instruction.Groups["at"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                instruction.Groups["text"].Value));
        }
    }

    private static Instruction Make(ulong offset, string text)
    {
        text = Spaces().Replace(text, " ").Trim();
        if (TargetPlace().Match(text) is not { Success: true } place)
            return new Instruction(offset, text, null);
        ulong target = ulong.Parse(place.Groups["at"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return new Instruction(offset, (text[..place.Index] + place.Groups["rest"].Value).TrimEnd(' ', ',', '#'), target);
    }

    [GeneratedRegex("^Disassembly of section (?<name>.+):$")]
    private static partial Regex SectionLine();

    [GeneratedRegex("^ *(?<at>[0-9a-f]{1,16}):[ \\t]+(?<text>\\S.*)$")]
    private static partial Regex InstructionLine();

    // b.ne 28 <f+0x28> // b.any, and with 0x in front by LLVM
    [GeneratedRegex("\\b(?:0x)?(?<at>[0-9a-f]{1,16}) <[^<>]+>(?<rest>(?: *//.*)?)$")]
    private static partial Regex TargetPlace();

    [GeneratedRegex("[ \\t]+")]
    private static partial Regex Spaces();
}
