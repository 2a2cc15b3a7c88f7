using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>What the module says of itself in <c>.modinfo</c> (kernel/module/main.c, check_modinfo_livepatch; kernel/livepatch/core.c, klp_enable_patch).</summary>
internal static class ModuleInfoRules
{
    internal static void Check(ValidationContext context)
    {
        if (!ModuleInfo.Read(context.Module).IsLivepatch)
            context.AddError(DiagnosticCodes.NotMarkedAsLivepatch, $"The module does not say that it is a livepatch. The kernel would refuse it: \"module {ModuleName.FromPath(context.Module.FileName)} is not marked as a livepatch module\". Add MODULE_INFO(livepatch, \"Y\"); to one of its sources.");
    }
}
