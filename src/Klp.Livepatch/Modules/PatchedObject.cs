namespace Klp.Livepatch.Modules;

/// <summary>An entry of a livepatch's klp_object table (include/linux/livepatch.h).</summary>
/// <param name="Name"><c>vmlinux</c> (a null name in the table) or the module's run-time name.</param>
/// <param name="IsNamed">True when the table has a name; of the kernel itself it has none.</param>
/// <param name="Functions">Its patched functions, in the order of the table.</param>
/// <param name="Callbacks">Its callbacks, in the order of the structure.</param>
public sealed record PatchedObject(
    string Name,
    bool IsNamed,
    IReadOnlyList<PatchedFunction> Functions,
    IReadOnlyList<PatchedCallback> Callbacks);
