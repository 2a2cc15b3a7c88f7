using Klp.Boot.Testing;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Makes the plan of dotnet test from those of the project's kernels.</summary>
public sealed class JoinTestPlans : KlpTask
{
    /// <summary>The plans, one a kernel, in the order in which the kernels are tested.</summary>
    [Required]
    public ITaskItem[] Plans { get; set; } = [];

    /// <summary>Receives the plan.</summary>
    [Required]
    public string PlanFile { get; set; } = "";

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        BootPlan[] plans = [.. Plans.Select(plan => BootPlan.Read(Root(plan.ItemSpec)))];
        (plans[0] with { Kernels = [.. plans.SelectMany(plan => plan.Kernels)] }).Write(Root(PlanFile));
    }
}
