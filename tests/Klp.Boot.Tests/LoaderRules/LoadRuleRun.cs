using System.Globalization;
using System.Runtime.ExceptionServices;
using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Machine;
using Klp.Boot.Script;
using Klp.Boot.Tests.Kernels;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Boot.Tests.LoaderRules;

/// <summary>Loads the livepatches of <see cref="LoadRules"/>: one boot of each guest for all that leave it unharmed, and one for each other.</summary>
public sealed class LoadRuleRun : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Dictionary<LoadRuleGuest, Lazy<Task<LoadRuleModules>>> modules = [];
    private readonly Dictionary<LoadRuleCase, LoadRulePrediction> predictions = [];
    private readonly Dictionary<LoadRuleCase, ExceptionDispatchInfo> unmade = [];
    private readonly Dictionary<string, Lazy<Task<IReadOnlyDictionary<string, LoadRuleObservation>>>> boots = [];

    public LoadRuleRun()
    {
        foreach (LoadRuleGuest kernel in LoadRules.Cases.Select(BootedFor).Distinct())
            modules.Add(kernel, new Lazy<Task<LoadRuleModules>>(() => LoadRuleModules.BuildAsync(Kernel(kernel))));
        foreach (IGrouping<string, LoadRuleCase> group in LoadRules.Cases.GroupBy(BootName))
            boots.Add(group.Key, new Lazy<Task<IReadOnlyDictionary<string, LoadRuleObservation>>>(() => BootAsync([.. group])));
    }

    /// <summary>What the kernel did with a livepatch. One that could not be made throws what kept it from that; the others of its boot do not.</summary>
    internal async Task<LoadRuleObservation> ObserveAsync(LoadRuleCase rule)
    {
        IReadOnlyDictionary<string, LoadRuleObservation> observed = await boots[BootName(rule)].Value;
        if (unmade.TryGetValue(rule, out ExceptionDispatchInfo? problem))
            problem.Throw();
        return observed[rule.ToString()];
    }

    /// <summary>Whether a guest's kernel is configured with an option, which is named without "CONFIG_". One that is missing has it, so that the tests of it fail for that.</summary>
    internal static bool HasOption(LoadRuleGuest guest, string option)
    {
        try
        {
            return Kernel(guest).Tree.Config.IsEnabled(option);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>What a kernel has to do with a livepatch.</summary>
    internal static LoadRuleOutcome Expected(LoadRuleCase rule) => rule.On(Kernel(BootedFor(rule)).Tree).Outcome;

    /// <summary>Asserts that a guest does with every livepatch what the rules say, and that validation foretold it.</summary>
    internal async Task AssertAgreesAsync(LoadRuleGuest guest)
    {
        List<string> wrong = [];
        foreach (LoadRuleCase rule in LoadRules.Cases.Where(rule => rule.Guest == guest))
        {
            LoadRuleObservation observation = await ObserveAsync(rule);
            if (Expected(rule) != observation.Outcome)
                wrong.Add($"{rule}: expected {Expected(rule)}, but: {observation}");
            if ((await PredictAsync(rule)).Contradiction(observation) is { } contradiction)
                wrong.Add($"{rule}: {contradiction}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>What validation says of a livepatch.</summary>
    internal async Task<LoadRulePrediction> PredictAsync(LoadRuleCase rule)
    {
        if (!predictions.TryGetValue(rule, out LoadRulePrediction? prediction))
        {
            string? earlier = rule.After is null || rule.PatchesAfter ? null : (await modules[BootedFor(rule)].Value).PathOf(rule.After);
            predictions.Add(rule, prediction = LoadRulePrediction.Of(rule.On(Kernel(BootedFor(rule)).Tree), await FileAsync(rule), await TreeAsync(rule), earlier));
        }

        return prediction;
    }

    /// <summary>The kernel that a livepatch was loaded in, as documents name it.</summary>
    internal static string KernelOf(LoadRuleCase rule) => KernelName.Of(Kernel(BootedFor(rule)));

    public void Dispose()
    {
        foreach (Lazy<Task<LoadRuleModules>> built in modules.Values)
        {
            if (built is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                built.Value.Result.Dispose();
        }

        folder.Dispose();
    }

    private static LoadRuleGuest BootedFor(LoadRuleCase rule) => rule.Guest == LoadRuleGuest.Enforcing ? LoadRuleGuest.Hardened : rule.Guest;

    private static KernelUnderTest Kernel(LoadRuleGuest guest) => guest switch
    {
        LoadRuleGuest.Demo => DemoKernel.Kernel,
        LoadRuleGuest.Previous => MatrixKernels.Previous,
        LoadRuleGuest.Distribution => DistributionKernel.Kernel,
        LoadRuleGuest.Backports => MatrixKernels.OfBackports,
        _ => HardenedKernel.Kernel,
    };

    private static string BootName(LoadRuleCase rule) => rule.Alone ? rule.ToString() : rule.Guest.ToString();

    private async Task<string?> TryFileAsync(LoadRuleCase rule)
    {
        try
        {
            return await FileAsync(rule);
        }
        catch (Exception problem)
        {
            unmade.Add(rule, ExceptionDispatchInfo.Capture(problem));
            return null;
        }
    }

    private async Task<string> FileAsync(LoadRuleCase rule)
    {
        LoadRuleModules built = await modules[BootedFor(rule)].Value;
        string file = folder.Write($"cases/{LoadRules.Cases.ToList().IndexOf(rule).ToString(CultureInfo.InvariantCulture)}/{rule.Name}.ko", "");
        await File.WriteAllBytesAsync(file, rule.Make(built));
        return file;
    }

    // On its command line a kernel is told to enforce signatures, as CONFIG_MODULE_SIG_FORCE tells it.
    private async Task<KernelTree> TreeAsync(LoadRuleCase rule)
    {
        KernelTree tree = Kernel(BootedFor(rule)).Tree;
        if (rule.PatchesAfter)
            return tree.WithExternalModules([(await modules[BootedFor(rule)].Value).PathOf(rule.After!)], new DiagnosticBag())!;
        if (rule.Guest != LoadRuleGuest.Enforcing)
            return tree;
        string overlay = folder.Combine("enforcing");
        if (!Directory.Exists(overlay))
        {
            Directory.CreateDirectory(overlay);
            foreach (string entry in Directory.EnumerateFileSystemEntries(tree.BuildDirectory).Where(entry => entry != tree.ConfigPath))
                File.CreateSymbolicLink(Path.Combine(overlay, Path.GetFileName(entry)), entry);
            File.WriteAllText(Path.Combine(overlay, ".config"), File.ReadAllText(tree.ConfigPath)
                .Replace("# CONFIG_MODULE_SIG_FORCE is not set", "CONFIG_MODULE_SIG_FORCE=y", StringComparison.Ordinal));
        }

        return DemoKernel.Open(overlay);
    }

    private async Task<IReadOnlyDictionary<string, LoadRuleObservation>> BootAsync(IReadOnlyList<LoadRuleCase> rules)
    {
        GuestScript script = new();
        LoadRuleModules built = await modules[BootedFor(rules[0])].Value;
        bool enforcing = rules[0].Guest == LoadRuleGuest.Enforcing;
        string? zram = enforcing ? null : script.AddModule(built.Kernel.FindModule("zram")!);
        if (zram is not null)
            new ModuleLoader(built.Kernel, script, []).Load("zram");

        List<(LoadRuleCase Rule, LoadRuleSteps Steps)> stays = [];
        foreach (LoadRuleCase rule in rules)
        {
            string? after = rule.After is null ? null : built.PathOf(rule.After);
            if (await TryFileAsync(rule) is { } file)
                stays.Add((rule, LoadRuleSteps.Add(script, rule, file, after, zram)));
        }

        BootResult result = await GuestBoot.RunAsync(built.Kernel, script, new BootOptions
        {
            TimeLimit = TimeSpan.FromMinutes(5),
            KernelArguments = "reserve_mem=64K:4096:demo" + (enforcing ? " module.sig_enforce=1" : ""),
        });
        Assert.True(rules[0].Alone || result.Outcome == BootOutcome.Completed, result.Describe());
        return stays.ToDictionary(stay => stay.Rule.ToString(), stay => stay.Steps.Observe(stay.Rule, result.Report));
    }
}
