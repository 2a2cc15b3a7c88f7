using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Boot.Report;
using Klp.Boot.Script;

namespace Klp.Boot.Testing;

/// <summary>A guest's script in the making, with what each step has to give.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="plan">What to test.</param>
internal sealed class LifeScript(KernelUnderTest kernel, LivepatchTestPlan plan)
{
    private const string Busybox = "/bin/busybox";
    private const int NoSuchFile = 2;

    private readonly Dictionary<int, Func<StepResult, string?>> judges = [];
    private bool hasBusybox;

    /// <summary>The script so far.</summary>
    public GuestScript Script { get; } = new();

    /// <summary>The modules of it.</summary>
    public ModuleLoader Modules => field ??= new ModuleLoader(kernel, Script, [.. plan.LoadBefore, .. plan.LoadAfter]);

    /// <summary>What is wrong with a step's result; null for nothing.</summary>
    public string? FindProblem(int index, StepResult result) =>
        judges.TryGetValue(index, out Func<StepResult, string?>? judge) ? judge(result)
            : result.Succeeded ? null
            : StepMessages.Explain(result);

    /// <summary>Adds a look whether the kernel says that a function is patched.</summary>
    public void AddPatched(TestedFunction function)
    {
        judges.Add(Script.Add(GuestStep.List(function.Folder)), result =>
            result.Succeeded ? null : $"The livepatch does not have the function: {result}");
        judges.Add(Script.Add(GuestStep.Read(function.PatchedFile)), result =>
            (result.Succeeded && result.Text.Trim() == "1") || result.Errno == NoSuchFile ? null
            : $"The kernel does not call {function.Object} patched: "
                + $"{(result.Succeeded ? $"{function.PatchedFile} says {result.Text.Trim()}" : result)}.");
    }

    /// <summary>Adds a check of the project.</summary>
    public void AddCheck(BootCheck check) => judges.Add(Script.Add(GuestStep.Read(check.File)), result =>
    {
        if (!result.Succeeded)
            return StepMessages.Explain(result);
        return check.FindProblem(result.Text) is { } problem ? $"{problem} {check.File} is:\n{result.Text.TrimEnd('\n')}" : null;
    });

    /// <summary>Adds a step whose result does not count.</summary>
    public int AddUnjudged(GuestStep step)
    {
        int index = Script.Add(step);
        judges.Add(index, _ => null);
        return index;
    }

    /// <summary>Adds the run of a program or script of the project; the case judges it as a whole.</summary>
    public void AddProgram(BootProgram program)
    {
        GuestStep run;
        if (program.IsScript)
        {
            AddBusybox();
            run = GuestStep.Run(Busybox, "sh", Script.AddProgram(program.File));
        }
        else
        {
            run = GuestStep.Run(Script.AddProgram(program.File));
        }

        Script.Add(run with { Limit = program.Limit });
    }

    private void AddBusybox()
    {
        if (hasBusybox)
            return;
        hasBusybox = true;
        Script.AddFile(Busybox, File.ReadAllBytes(plan.Busybox!), executable: true);
        Script.Add(GuestStep.Run(Busybox, "--install", "-s", "/bin"));
    }
}
