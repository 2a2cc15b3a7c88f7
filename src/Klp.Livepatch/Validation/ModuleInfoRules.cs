using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Validation;

/// <summary>What the module says of itself in <c>.modinfo</c> (kernel/module/main.c, check_modinfo; kernel/livepatch/core.c, klp_enable_patch).</summary>
internal static class ModuleInfoRules
{
    internal static void Check(ValidationContext context)
    {
        if (!context.Info.IsLivepatch)
            context.AddError(DiagnosticCodes.NotMarkedAsLivepatch, $"The module does not say that it is a livepatch. The kernel would refuse it: \"module {context.Name} is not marked as a livepatch module\". Add MODULE_INFO(livepatch, \"Y\"); to one of its sources.");
        CheckVerMagic(context);
    }

    private static void CheckVerMagic(ValidationContext context)
    {
        if (context.Reference?.VerMagic is not { } wanted)
            return;
        string? own = context.Info.Find("vermagic");
        if (own is null)
        {
            if (!context.Tree.Config.IsEnabled("MODULE_FORCE_LOAD"))
                context.AddError(DiagnosticCodes.VermagicMismatch, $"The module has no vermagic, and the kernel {context.Release} does not take such a one. Link it with kbuild.");
            return;
        }

        // With CRCs they decide about the release, which comes before the first space.
        bool hasVersions = context.Tree.Config.IsEnabled("MODVERSIONS") && context.Module.FindSection(ModuleVersions.BasicSection) is not null;
        if (hasVersions ? AfterRelease(own) != AfterRelease(wanted) : own != wanted)
            context.AddError(DiagnosticCodes.VermagicMismatch, $"The module was built for another kernel or configuration. The kernel {context.Release} would refuse it: \"{context.Info.Find("name") ?? context.Name}: version magic '{own}' should be '{wanted}'\". Build it against the headers of this kernel.");
    }

    private static string AfterRelease(string vermagic) => vermagic.IndexOf(' ', StringComparison.Ordinal) is var space and >= 0 ? vermagic[space..] : "";
}
