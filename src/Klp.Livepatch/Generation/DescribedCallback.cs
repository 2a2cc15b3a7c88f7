namespace Klp.Livepatch.Generation;

/// <summary>A callback of a patched object (include/linux/livepatch.h, struct klp_callbacks).</summary>
/// <param name="Kind">When the kernel calls it.</param>
/// <param name="FunctionName">The C function of the project.</param>
public sealed record DescribedCallback(CallbackKind Kind, string FunctionName)
{
    /// <summary>What the function has to be declared as.</summary>
    internal string Prototype => $"{(Kind == CallbackKind.PrePatch ? "int" : "void")} {FunctionName}(struct klp_object *)";

    /// <summary>The member of the structure.</summary>
    public string Member => Kind switch
    {
        CallbackKind.PrePatch => "pre_patch",
        CallbackKind.PostPatch => "post_patch",
        CallbackKind.PreUnpatch => "pre_unpatch",
        _ => "post_unpatch",
    };
}
