namespace Klp.Patching.Patches;

/// <summary>An alternative of a group of <c>#if</c> to <c>#endif</c> that patches change.</summary>
/// <param name="Directive">What begins it, in words: <c>#ifdef CONFIG_SMP</c>, <c>#else of #ifdef CONFIG_SMP</c>.</param>
/// <param name="Line">The line of the patched file on which that stands, from 1 on.</param>
/// <param name="Group">A number that the alternatives of one group have in common.</param>
/// <param name="Probe">A word that stands in the alternative and nowhere else.</param>
public sealed record ConditionalBranch(string Directive, int Line, int Group, string Probe);
