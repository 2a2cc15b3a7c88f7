namespace Klp.Kbuild.Patching;

/// <summary>A callback that the livepatch has beside what the patches change.</summary>
/// <param name="ObjectName">The object: <c>vmlinux</c> or the run-time name of a module.</param>
/// <param name="Kind">When it is called, as the kernel calls the member of struct klp_callbacks: <c>pre_patch</c>.</param>
/// <param name="Function">The function that is called.</param>
/// <param name="Reason">Why it is there.</param>
public sealed record ExplainedCallback(string ObjectName, string Kind, string Function, string Reason);
