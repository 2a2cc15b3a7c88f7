
namespace Klp.Livepatch.Validation;

/// <summary>
/// What the module says of itself in <c>.modinfo</c> (kernel/module/main.c, check_modinfo; kernel/livepatch/core.c,
/// klp_enable_patch).
/// </summary>
internal static class ModuleInfoRules
{
    internal static void Check(ValidationContext context)
    {
        if (!context.Info.IsLivepatch)
            context.Add(ModuleMessages.NotMarkedAsLivepatch(context.Whole, context.Name));
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
                context.Add(ModuleMessages.NoVersionMagic(context.Whole, context.Release));
            return;
        }

        // With CRCs they decide about the release, which comes before the first space.
        bool hasVersions = context.Tree.Config.IsEnabled("MODVERSIONS")
            && context.Module.FindSection(ModuleVersions.BasicSection) is not null;
        if (hasVersions ? AfterRelease(own) != AfterRelease(wanted) : own != wanted)
            context.Add(ModuleMessages.OtherVersionMagic(
                context.Whole, context.Release, context.Info.Find("name") ?? context.Name, own, wanted));
    }

    private static string AfterRelease(string vermagic) =>
        vermagic.IndexOf(' ', StringComparison.Ordinal) is var space and >= 0 ? vermagic[space..] : "";
}
