using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Kernel.Facts;

namespace Klp.Livepatch.Tests.Support;

/// <summary>The module loader of an architecture as its C source has it: which relocation types apply_relocate_add applies.</summary>
internal sealed partial class LoaderSource
{
    private readonly string text;
    private readonly Dictionary<string, string> macros;

    private LoaderSource(string text, Dictionary<string, string> macros)
    {
        this.text = text;
        this.macros = macros;
    }

    /// <summary>Reads the relocation types, as in r_info, from the source of the kernel under test.</summary>
    /// <param name="architecture">The architecture; the source has all of them.</param>
    /// <param name="options">Configuration options that the source asks for with #ifdef.</param>
    internal static IReadOnlySet<uint> Types(KernelArchitecture architecture, params string[] options)
    {
        string file = architecture == KernelArchitecture.PowerPC64 ? "module_64.c" : "module.c";
        LoaderSource source = new(
            Preprocess(DemoTree.Source($"arch/{architecture.KbuildName}/kernel/{file}"), ["-P", .. options.Select(option => $"-D{option}")]),
            ReadMacros(architecture));
        return architecture == KernelArchitecture.LoongArch ? source.TypesOfHandlers() : source.TypesOfCases(architecture);
    }

    /// <summary>The relocation types that the kernel's headers name, of whatever kind of file.</summary>
    internal static IEnumerable<(uint Type, string Name)> Names(KernelArchitecture architecture)
    {
        LoaderSource source = new("", ReadMacros(architecture));
        return source.macros.Keys.Select(name => (source.Number(name), name));
    }

    private static Dictionary<string, string> ReadMacros(KernelArchitecture architecture) =>
        new[] { "include/asm/elf.h", "include/uapi/asm/elf.h" }
            .Select(header => DemoTree.Source($"arch/{architecture.KbuildName}/{header}"))
            .Where(File.Exists)
            .SelectMany(header => Macro().Matches(Preprocess(header, ["-dM"])))
            .GroupBy(match => match.Groups[1].Value)
            .ToDictionary(group => group.Key, group => group.First().Groups[2].Value);

    // A function with one switch for all types. One that is refused has a case of its own or none.
    private HashSet<uint> TypesOfCases(KernelArchitecture architecture)
    {
        string function = architecture == KernelArchitecture.X8664 ? "__write_relocate_add" : architecture == KernelArchitecture.S390 ? "apply_rela" : "apply_relocate_add";
        return [.. Cases(Body(function)).Where(Applies).SelectMany(group => group.Types)];
    }

    // LoongArch has a table of functions, some of which have a switch; and a switch with exceptions from the table.
    private HashSet<uint> TypesOfHandlers()
    {
        Dictionary<uint, string> handlers = [];
        foreach (Match entry in TableEntry().Matches(text))
        {
            foreach (uint type in Range(entry.Groups[1].Value, entry.Groups[2].Value))
                handlers[type] = entry.Groups[3].Value;
        }

        foreach ((uint[] types, string statements) in Cases(Body("apply_relocate_add")))
        {
            foreach (uint type in types)
                handlers[type] = Call().Match(statements).Groups[1].Value;
        }

        return [.. handlers.Where(entry => HandlerApplies(entry.Value, entry.Key)).Select(entry => entry.Key)];
    }

    private bool HandlerApplies(string handler, uint type)
    {
        if (handler == "apply_r_larch_error")
            return false;
        string body = Body(handler);
        return !body.Contains("switch (type)", StringComparison.Ordinal) || Cases(body).Any(group => group.Types.Contains(type) && Applies(group));
    }

    private static bool Applies((uint[] Types, string Statements) group) => !group.Statements.StartsWith("return -E", StringComparison.Ordinal);

    private IEnumerable<(uint[] Types, string Statements)> Cases(string body) =>
        CaseGroup().Matches(body).Select(group => (
            Label().Matches(group.Groups[1].Value).SelectMany(label => Range(label.Groups[1].Value, label.Groups[2].Value)).ToArray(),
            group.Groups[2].Value));

    private IEnumerable<uint> Range(string first, string last)
    {
        uint start = Number(first);
        return Enumerable.Range((int)start, last.Length == 0 ? 1 : (int)(Number(last) - start) + 1).Select(number => (uint)number);
    }

    private uint Number(string name) =>
        uint.TryParse(macros[name], CultureInfo.InvariantCulture, out uint number) ? number : Number(macros[name]);

    private string Body(string function)
    {
        Match head = Regex.Match(text, $@"\b{function}\s*\([^;{{}}]*\)\s*\{{");
        Assert.True(head.Success, $"the module loader has no function {function}");
        int depth = 1, end = head.Index + head.Length;
        for (; depth > 0; end++)
            depth += text[end] switch { '{' => 1, '}' => -1, _ => 0 };
        return text[(head.Index + head.Length)..end];
    }

    private static string Preprocess(string path, string[] options)
    {
        Assert.True(File.Exists(path), $"There is no '{path}'. This test needs the source of the kernel, as the demo kernel has it.");
        string[] lines = File.ReadAllLines(path);
        string withoutIncludes = string.Concat(lines.Select(line => (line.StartsWith("#include", StringComparison.Ordinal) ? "" : line) + '\n'));
        return Tool.RunWithInput(Tool.Arm64 + "gcc", withoutIncludes, ["-E", "-undef", "-DCONFIG_64BIT", .. options, "-x", "c", "-"]).Output;
    }

    [GeneratedRegex(@"^#define (R_\w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Macro();

    // [A] = handler, or [A ... B] = handler
    [GeneratedRegex(@"\[\s*(R_\w+)(?:\s*\.\.\.\s*(R_\w+))?\s*\]\s*=\s*(\w+)")]
    private static partial Regex TableEntry();

    // The labels that stand together, and what is done for them.
    [GeneratedRegex(@"((?:\bcase\s+R_\w+(?:\s*\.\.\.\s*R_\w+)?\s*:\s*)+)(.*?)(?=\bcase\s+R_|\bdefault\s*:|$)", RegexOptions.Singleline)]
    private static partial Regex CaseGroup();

    [GeneratedRegex(@"\bcase\s+(R_\w+)(?:\s*\.\.\.\s*(R_\w+))?")]
    private static partial Regex Label();

    [GeneratedRegex(@"\berr = (\w+)\(")]
    private static partial Regex Call();
}
