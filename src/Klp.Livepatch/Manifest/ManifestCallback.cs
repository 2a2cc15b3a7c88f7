namespace Klp.Livepatch.Manifest;

/// <summary>A callback of a patched object.</summary>
/// <param name="ObjectName"><c>vmlinux</c> or the run-time name of the module.</param>
/// <param name="Kind">When it is called, as the kernel calls the member of struct klp_callbacks: <c>pre_patch</c>.</param>
/// <param name="Function">The function that is called.</param>
/// <param name="Reason">Why it is there: <c>written by hand</c>.</param>
public sealed record ManifestCallback(string ObjectName, string Kind, string Function, string Reason);
