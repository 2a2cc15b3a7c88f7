namespace Klp.Patching.Patches;

/// <summary>An alternative of a group of <c>#if</c> to <c>#endif</c>.</summary>
/// <param name="directive">What begins it, in words.</param>
/// <param name="line">The line on which that stands, from 1 on.</param>
/// <param name="group">A number that the alternatives of one group have in common.</param>
internal sealed class ScannedBranch(string directive, int line, int group)
{
    internal string Directive { get; } = directive;

    internal int Line { get; } = line;

    internal int Group { get; } = group;

    /// <summary>Its first line, before which another may stand; 0 where none may, as within the parentheses of a macro.</summary>
    internal int FirstLine { get; set; }

    /// <summary>True for what keeps a header from being read twice: it is read once.</summary>
    internal bool IsGuard { get; set; }
}
