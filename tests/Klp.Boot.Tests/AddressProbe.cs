using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests;

/// <summary>
/// A livepatch that refers to many symbols by name and position, and logs the addresses that the guest's kernel resolved
/// them to: those of the kernel when /proc/cmdline is read, those of zram when the state of its device is.
/// </summary>
internal sealed partial class AddressProbe
{
    private const string InitState = "/sys/block/zram0/initstate";
    private const string NamesFile = "/names";

    /// <summary>Prints the lines of /proc/kallsyms with the names in a file, which are sorted: all of them take long on a serial port.</summary>
    internal const string KallsymsOfNames = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        static char *names[10000];
        static char line[4096];

        static int compare(const void *a, const void *b)
        {
        	return strcmp(*(char **)a, *(char **)b);
        }

        int main(int argc, char **argv)
        {
        	FILE *list = fopen(argv[1], "r"), *kallsyms = fopen("/proc/kallsyms", "r");
        	size_t count = 0;
        	char copy[4096];

        	while (fgets(line, sizeof(line), list))
        		names[count++] = strdup(strtok(line, "\n"));
        	while (fgets(line, sizeof(line), kallsyms)) {
        		char *name;

        		strcpy(copy, line);
        		strtok(copy, " ");
        		strtok(NULL, " ");
        		name = strtok(NULL, " \t\n");
        		if (bsearch(&name, names, count, sizeof(*names), compare))
        			fputs(line, stdout);
        	}
        	return 0;
        }
        """;

    /// <summary>More of one name tell nothing new.</summary>
    private const int MostPositions = 6;

    /// <summary>Where x86-64 begins its per-cpu variables: at 0, which livepatch takes for "not found" (klp_find_object_symbol).</summary>
    private static readonly string[] AtAddressZero = ["fixed_percpu_data", "__per_cpu_start"];

    private readonly KernelUnderTest kernel;
    private readonly List<Reference> references;

    /// <param name="kernel">The kernel.</param>
    /// <param name="vmlinuxNames">About how many names of the kernel itself to take, both of unique and of repeated ones.</param>
    public AddressProbe(KernelUnderTest kernel, int vmlinuxNames)
    {
        this.kernel = kernel;
        IReadOnlyDictionary<string, IReadOnlyList<string>> names = SymbolLists.OfDatabase(kernel.Tree);
        references = [.. Choose("vmlinux", [.. names["vmlinux"].Where(name => !AtAddressZero.Contains(name))], vmlinuxNames), .. Choose("zram", names["zram"], int.MaxValue)];
    }

    /// <summary>Boots the kernel with it, and compares each address with the guest's kallsyms.</summary>
    /// <param name="zramFirst">Whether zram is loaded before the livepatch; else after it.</param>
    public async Task CompareAsync(bool zramFirst)
    {
        using TestFolder folder = new();
        string livepatch = await TestLivepatch.BuildAsync(folder, kernel, "probe", MakeSource());
        string program = await new TargetCompiler(kernel).CompileAsync("kallsyms-of", KallsymsOfNames);
        GuestScript script = new GuestScript();
        script.AddFile(NamesFile, Encoding.ASCII.GetBytes(string.Concat(
            references.Select(reference => reference.Name).Distinct().Order(StringComparer.Ordinal).Select(name => name + "\n"))));
        ModuleLoader loader = new ModuleLoader(kernel, script, []);
        if (zramFirst)
            loader.Load("zram");
        script.Enable(livepatch);
        loader.Load("zram");
        int reads = script.Add(GuestStep.Read("/proc/cmdline"));
        script.Add(GuestStep.Read(InitState));
        int kallsyms = script.Add(GuestStep.Run(script.AddProgram(program), NamesFile));

        BootResult result = await GuestBoot.RunAsync(kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(2) });

        result.AssertClean();
        IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> symbols = SymbolLists.OfGuest(result.Report.Steps[kallsyms]);
        ulong[] resolved = [.. result.Report.Steps.Skip(reads).SelectMany(step => step.Log)
            .Select(record => LogLine().Match(record.Text)).Where(match => match.Success)
            .OrderBy(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .Select(match => ulong.Parse(match.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        Assert.Contains(references, reference => reference.Object == "zram");
        Assert.Contains(references, reference => reference.Position > 1);
        Assert.Equal(references.Select(reference => Expected(reference, symbols)), resolved.Zip(references, Describe));
    }

    private static string Expected(Reference reference, IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> symbols) =>
        Describe(symbols[reference.Object].Where(symbol => symbol.Name == reference.Name).ElementAt(Math.Max(reference.Position, 1) - 1).Address, reference);

    private static string Describe(ulong address, Reference reference) => $"{reference.Object}:{reference.Name},{reference.Position} at {address:x}";

    /// <summary>Every so-manieth of the names, and of those that an object has several times.</summary>
    private static IEnumerable<Reference> Choose(string objectName, IReadOnlyList<string> names, int count)
    {
        ILookup<bool, IGrouping<string, string>> groups = names.Where(name => Identifier().IsMatch(name)).GroupBy(name => name, StringComparer.Ordinal).ToLookup(group => group.Count() > 1);
        foreach (bool repeated in (bool[])[false, true])
        {
            IGrouping<string, string>[] all = [.. groups[repeated]];
            foreach (IGrouping<string, string>? group in all.Where((_, i) => i % Math.Max(1, all.Length / count) == 0))
            {
                for (int position = repeated ? 1 : 0; position <= (repeated ? Math.Min(group.Count(), MostPositions) : 0); position++)
                    yield return new Reference(objectName, group.Key, position);
            }
        }
    }

    private string MakeSource()
    {
        StringBuilder code = new("#include <linux/device.h>\n#include <linux/seq_file.h>\n\n");
        for (int i = 0; i < references.Count; i++)
            code.Append(CultureInfo.InvariantCulture, $"extern char symbol_{i}[] KLP_RELOC_SYMBOL_POS({references[i].Object}, {references[i].Object}, {references[i].Name}, {references[i].Position});\n");
        code.Append("""

            static void show(int number, const void *address)
            {
            	pr_info("probe %d %px\n", number, address);
            }

            """);
        AppendFunction(code, "vmlinux", "int show_vmlinux(struct seq_file *m, void *v)");
        AppendFunction(code, "zram", "ssize_t show_zram(struct device *dev, struct device_attribute *attr, char *buf)");
        return TestLivepatch.Source(code.ToString(), (null, "cmdline_proc_show", "show_vmlinux"), ("zram", "initstate_show", "show_zram"));
    }

    /// <summary>Half of the references are in data, half in code.</summary>
    private void AppendFunction(StringBuilder code, string objectName, string signature)
    {
        int[] indices = [.. Enumerable.Range(0, references.Count).Where(i => references[i].Object == objectName)];
        string data = string.Concat(indices.Where(i => i % 2 == 0).Select(i => $"{{ {i}, symbol_{i} }}, "));
        string calls = string.Concat(indices.Where(i => i % 2 == 1).Select(i => $"\tshow({i}, symbol_{i});\n"));
        code.Append($$"""

            static const struct { int number; const void *address; } {{objectName}}_table[] = { {{data}}};
            static {{signature}}
            {
            	for (size_t i = 0; i < ARRAY_SIZE({{objectName}}_table); i++)
            		show({{objectName}}_table[i].number, {{objectName}}_table[i].address);
            {{calls}}	return 0;
            }
            """);
    }

    private sealed record Reference(string Object, string Name, int Position);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.]*$")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^(?:probe: )?probe (\d+) ([0-9a-f]+)$")]
    private static partial Regex LogLine();
}
