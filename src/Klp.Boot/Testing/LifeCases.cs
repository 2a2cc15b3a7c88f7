using Klp.Boot.Livepatch;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;

namespace Klp.Boot.Testing;

/// <summary>The cases of a livepatch's life, in the order in which the guest goes through them.</summary>
internal sealed class LifeCases
{
    private readonly LivepatchTestPlan plan;
    private readonly IReadOnlyList<TestedLivepatch> livepatches;
    private readonly List<LifeCase> cases = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly string[] targets;
    private readonly List<(ModuleFile File, string Parameters)> reloaded = [];
    private int[] shown = [];

    private LifeCases(LivepatchTestPlan plan, IReadOnlyList<TestedLivepatch> livepatches)
    {
        this.plan = plan;
        this.livepatches = livepatches;
        string[] later = [.. plan.LoadAfter.Select(module => ModuleName.FromPath(module.NameOrFile))];
        targets = [.. livepatches.SelectMany(livepatch => livepatch.Targets).Distinct().Where(target => !later.Contains(target))];
        Boots = Add(new LifeCase(new LivepatchCase("boots")));
    }

    /// <summary>The one that fails when the guest does not come up.</summary>
    public LifeCase Boots { get; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<LifeCase> All => cases;

    /// <summary>For each file to show the steps that read it: before, patched, after.</summary>
    public IReadOnlyList<int[]> Shown =>
        [.. plan.Show.Select((_, i) => (int[])[shown[i], shown[plan.Show.Count + i], shown[(2 * plan.Show.Count) + i]])];

    /// <summary>Makes the cases of a plan.</summary>
    public static LifeCases Of(LivepatchTestPlan plan, IReadOnlyList<TestedLivepatch> livepatches)
    {
        LifeCases life = new(plan, livepatches);
        life.AddAll();
        return life;
    }

    private void AddAll()
    {
        LifeCase modules = AddModules();
        LifeCase taint = AddCondition("the taint is read", script => script.AddUnjudged(GuestStep.Read(KernelTaint.File)), modules);
        AddShown("before");
        AddLooks(CheckTime.Before, "before", modules);

        (LifeCase inForce, LifeCase[] loads) = AddStarts(modules);
        AddShown("patched");
        AddLooks(CheckTime.Patched, "patched", inForce);
        LifeCase gone = AddEnds(loads);
        AddShown("after");
        AddLooks(CheckTime.After, "after", gone);
        AddSecondLife(gone, inForce);

        Add(new LifeCase(new LivepatchCase("kernel log is clean"))
        {
            AddSteps = script => script.AddUnjudged(GuestStep.Read(KernelTaint.File)),
            Judge = steps => JudgeTaint(taint, steps),
        });
    }

    private LifeCase AddModules()
    {
        if (targets.Length + plan.LoadBefore.Count == 0)
            return Boots;
        return Add(new LifeCase(
            new LivepatchCase($"{List([.. plan.LoadBefore.Select(module => Path.GetFileName(module.NameOrFile)), .. targets])} loads"),
            Boots)
        {
            AddSteps = script =>
            {
                foreach (ModuleToLoad module in plan.LoadBefore)
                    script.Modules.Load(module);
                foreach (string target in targets)
                    script.Modules.Load(target);
            },
        });
    }

    private (LifeCase InForce, LifeCase[] Loads) AddStarts(LifeCase modules)
    {
        List<LifeCase> loads = [];
        LifeCase last = modules;
        foreach (TestedLivepatch livepatch in livepatches)
        {
            LifeCase load = Add(new LifeCase(new LivepatchCase(NameOf(livepatch, "loads")), last)
            {
                AddSteps = script =>
                {
                    script.Modules.LoadDependencies(livepatch.File);
                    LifeSteps.AddLoad(script.Script, livepatch.File);
                },
            });
            loads.Add(load);
            last = Add(new LifeCase(new LivepatchCase(NameOf(livepatch, "transition completes")), load)
            {
                AddSteps = script => LifeSteps.AddTransition(script.Script, livepatch.File.Name, plan.TransitionLimit),
            });
        }

        if (plan.LoadAfter.Count > 0)
        {
            last = Add(new LifeCase(
                new LivepatchCase($"{List([.. plan.LoadAfter.Select(module => Path.GetFileName(module.NameOrFile))])} loads later"), last)
            {
                AddSteps = script =>
                {
                    foreach (ModuleToLoad module in plan.LoadAfter)
                        script.Modules.Load(module);
                },
            });
        }

        foreach (TestedFunction function in livepatches.SelectMany(livepatch => livepatch.Functions))
        {
            string name = function.Sympos.IsOnly ? function.Name : $"{function.Name},{function.Sympos}";
            Add(new LifeCase(new LivepatchCase($"{function.Object}:{name} is patched"), last)
            {
                AddSteps = script => script.AddPatched(function),
            });
        }

        return (last, [.. loads]);
    }

    private LifeCase AddEnds(LifeCase[] loads)
    {
        LifeCase? last = null;
        for (int i = livepatches.Count - 1; i >= 0; i--)
        {
            TestedLivepatch livepatch = livepatches[i];
            LifeCase disable = Add(new LifeCase(new LivepatchCase(NameOf(livepatch, "disables")), loads[i])
            {
                AddSteps = script => LifeSteps.AddDisable(script.Script, livepatch.File.Name),
            });
            LifeCase unpatched = Add(new LifeCase(new LivepatchCase(NameOf(livepatch, "is unpatched")), disable)
            {
                AddSteps = script => LifeSteps.AddDisabled(script.Script, livepatch.File.Name, plan.TransitionLimit),
            });
            last = Add(new LifeCase(new LivepatchCase(NameOf(livepatch, "unloads")), last is null ? [unpatched] : [unpatched, last])
            {
                AddSteps = script => script.Script.Add(GuestStep.Unload(livepatch.File.Name)),
            });
        }

        return last!;
    }

    /// <summary>The second life: modules that are patched come after the livepatch, and go and come again while it is in force.</summary>
    private void AddSecondLife(LifeCase gone, LifeCase inForce)
    {
        string[] free = [.. targets.Except(livepatches.SelectMany(livepatch => livepatch.File.Depends))];
        LifeCase start = free.Length == 0 ? gone : AddCondition($"{List(free)} unloads", script => UnloadTargets(script, free), gone);
        TestedFunction[] later = [.. livepatches
            .SelectMany(livepatch => livepatch.Functions)
            .Where(function => free.Contains(function.Object))];

        LifeCase again = Add(new LifeCase(
            new LivepatchCase(free.Length == 0 ? "loads a second time" : $"loads a second time, before {List(free)}"), start, inForce)
        {
            AddSteps = script =>
            {
                foreach (TestedLivepatch livepatch in livepatches)
                    LifeSteps.AddStart(script.Script, livepatch.File, plan.TransitionLimit);
                foreach (TestedFunction function in livepatches.SelectMany(livepatch => livepatch.Functions).Except(later))
                    script.AddPatched(function);
            },
        });
        if (free.Length == 0)
        {
            AddLooks(CheckTime.Patched, "patched again", again);
        }
        else
        {
            LifeCase first = Add(new LifeCase(new LivepatchCase($"patches {List(free)} as it is loaded"), again)
            {
                AddSteps = script => LoadTargets(script, later),
            });
            AddLooks(CheckTime.Patched, "patched again", first);
            LifeCase unload = Add(new LifeCase(new LivepatchCase($"lets {List(free)} unload"), first) { AddSteps = UnloadTargets });
            if (!livepatches.Any(livepatch => livepatch.OnceOnly.Intersect(free).Any()))
            {
                LifeCase reloaded = Add(new LifeCase(new LivepatchCase($"patches {List(free)} as it is loaded again"), unload)
                {
                    AddSteps = script => LoadTargets(script, later),
                });
                AddLooks(CheckTime.Patched, "patched after reload", reloaded);
            }
        }

        Add(new LifeCase(new LivepatchCase("unloads a second time"), again)
        {
            AddSteps = script =>
            {
                foreach (TestedLivepatch livepatch in livepatches.Reverse())
                    LifeSteps.AddEnd(script.Script, livepatch.File.Name, plan.TransitionLimit);
            },
        });
    }

    private void UnloadTargets(LifeScript script, string[] free)
    {
        reloaded.Clear();
        reloaded.AddRange(script.Modules.Loaded.Where(module => free.Contains(module.File.Name)));
        UnloadTargets(script);
    }

    private void UnloadTargets(LifeScript script)
    {
        foreach ((ModuleFile file, _) in Enumerable.Reverse(reloaded))
            script.Script.Add(GuestStep.Unload(file.Name));
    }

    private void LoadTargets(LifeScript script, TestedFunction[] functions)
    {
        foreach ((ModuleFile file, string parameters) in reloaded)
            script.Script.LoadModule(file.Path, parameters);
        foreach (TestedFunction function in functions)
            script.AddPatched(function);
    }

    private void AddShown(string when) =>
        AddCondition(
            $"files are shown {when}", script => shown = [.. shown, .. plan.Show.Select(path => script.AddUnjudged(GuestStep.Read(path)))]);

    /// <summary>What the project itself looks at: its checks and programs of a time.</summary>
    /// <param name="when">The time.</param>
    /// <param name="name">What the cases call it.</param>
    /// <param name="required">The case without which they make no sense.</param>
    private void AddLooks(CheckTime when, string name, LifeCase required)
    {
        foreach (BootCheck check in plan.Checks.Where(check => check.When == when))
        {
            Add(new LifeCase(new LivepatchCase($"{name}: {check.Describe()}", check.DefinedIn), required)
            {
                IsOptional = true,
                AddSteps = script => script.AddCheck(check),
            });
        }

        foreach (BootProgram program in plan.Programs.Where(program => program.When == when))
        {
            Add(new LifeCase(new LivepatchCase($"{name}: {program.Name}", new SourcePlace(program.Source)), required)
            {
                IsOptional = true,
                AddSteps = script => script.AddProgram(program),
                Judge = steps => steps.SkipLast(1).FirstOrDefault(step => !step.Succeeded) is { } failed
                    ? Verdict.Fail(StepMessages.Explain(failed))
                    : ProgramVerdict.Of(program, steps[^1]),
            });
        }
    }

    private static Verdict JudgeTaint(LifeCase before, IReadOnlyList<StepResult> steps)
    {
        string[] added = before.Results is [{ Succeeded: true } first] && steps[0].Succeeded
            ? [.. KernelTaint.Added(first.Text, steps[0].Text)]
            : [];
        return added.Length == 0 ? Verdict.Pass : Verdict.Fail($"The livepatch has tainted the kernel: {string.Join("; ", added)}.");
    }

    private LifeCase AddCondition(string name, Action<LifeScript> addSteps, params IReadOnlyList<LifeCase> requires) =>
        Add(new LifeCase(new LivepatchCase(name), requires) { IsCondition = true, AddSteps = addSteps });

    private LifeCase Add(LifeCase added)
    {
        string name = added.Identity.Name;
        for (int i = 2; !names.Add(name); i++)
            name = $"{added.Identity.Name} ({i})";
        added.Identity = added.Identity with { Name = name };
        cases.Add(added);
        return added;
    }

    private string NameOf(TestedLivepatch livepatch, string what) => livepatches.Count == 1 ? what : $"{livepatch.File.Name} {what}";

    private static string List(IEnumerable<string> modules) => string.Join(" and ", modules);
}
