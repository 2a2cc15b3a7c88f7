namespace Klp.Kbuild.Patching;

/// <summary>A function that is replaced.</summary>
/// <param name="Symbol">The kernel's: <c>vmlinux:name</c>, or <c>vmlinux:name,position</c>.</param>
/// <param name="NewName">The new version's name in the livepatch.</param>
/// <param name="Reason">Why.</param>
public sealed record ExplainedFunction(string Symbol, string NewName, string Reason);
