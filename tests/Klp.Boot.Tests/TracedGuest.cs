using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests;

/// <summary>What a guest's kallsyms and ftrace list.</summary>
internal sealed class TracedGuest
{
    private readonly ILookup<(string ObjectName, string Name), ulong> addresses;
    private readonly HashSet<(string ObjectName, ulong Address)> traceable;

    private TracedGuest(IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> symbols, string functions)
    {
        Symbols = symbols;
        addresses = symbols
            .SelectMany(of => of.Value.Select(symbol => (Key: (of.Key, symbol.Name), symbol.Address)))
            .ToLookup(symbol => symbol.Key, symbol => symbol.Address);
        // "name", or "name [module]".
        traceable = [.. from line in functions.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                        let fields = line.Split(' ')
                        let objectName = fields.Length > 1 ? fields[1].Trim('[', ']') : "vmlinux"
                        from address in addresses[(objectName, fields[0])]
                        select (objectName, address)];
    }

    /// <summary>The symbols of each object.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<SymbolLists.GuestSymbol>> Symbols { get; }

    /// <summary>Boots a kernel, loads modules and reads the lists.</summary>
    internal static async Task<TracedGuest> BootAsync(KernelUnderTest kernel, IReadOnlyList<string> modules)
    {
        GuestScript script = new GuestScript();
        ModuleLoader loader = new ModuleLoader(kernel, script, []);
        foreach (string module in modules)
            loader.Load(module);
        int kallsyms = script.Add(GuestStep.Read("/proc/kallsyms") with { Limit = TimeSpan.FromMinutes(2) });
        int functions = script.Add(GuestStep.Read("/sys/kernel/tracing/available_filter_functions") with { Limit = TimeSpan.FromMinutes(2) });

        BootResult result = await GuestBoot.RunAsync(kernel, script, new BootOptions { TimeLimit = TimeSpan.FromMinutes(4) });

        Assert.True(result.Succeeded, result.Describe());
        return new TracedGuest(SymbolLists.OfGuest(result.Report.Steps[kallsyms]), result.Report.Steps[functions].Text);
    }

    /// <summary>True when ftrace lists a function. Functions of one address are listed under one of their names.</summary>
    internal bool IsTraceable(string objectName, string name) =>
        traceable.Contains((objectName, addresses[(objectName, name)].First()));
}
