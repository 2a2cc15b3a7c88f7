namespace Klp.Livepatch.Generation;

/// <summary>When the kernel calls a callback of a patched object (Documentation/livepatch/callbacks.rst).</summary>
public enum CallbackKind
{
    /// <summary>Before the object is patched; what is not 0 is an error, and refuses the livepatch or the module.</summary>
    PrePatch,

    /// <summary>When the object is patched and no task runs its old functions any more.</summary>
    PostPatch,

    /// <summary>Before the object is unpatched.</summary>
    PreUnpatch,

    /// <summary>When the object is unpatched and no task runs its new functions any more.</summary>
    PostUnpatch,
}
