namespace Klp.Patching.Patches;

/// <summary>A line of a hunk.</summary>
/// <param name="Kind">A space for context, <c>-</c> or <c>+</c>.</param>
/// <param name="Text">What follows, as in <see cref="SourceLine"/>.</param>
/// <param name="PatchLine">Its line in the patch, from 1 on.</param>
internal readonly record struct HunkLine(char Kind, string Text, int PatchLine)
{
    /// <summary>True for a line that the file has before.</summary>
    internal bool IsOld => Kind != '+';

    /// <summary>True for a line that the file has afterwards.</summary>
    internal bool IsNew => Kind != '-';
}
