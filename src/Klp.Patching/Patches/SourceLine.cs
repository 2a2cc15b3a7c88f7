using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>A line of a file while patches are applied to it.</summary>
/// <param name="Text">Its bytes, each as a character, with its line feed; the last line of a file may have none.</param>
/// <param name="OriginalLine">Its number in the original, from 1 on; 0 for an added line.</param>
/// <param name="Place">Where it stands in a patch; null for a line that no patch shows.</param>
internal readonly record struct SourceLine(string Text, int OriginalLine, SourcePlace? Place)
{
    /// <summary>True for a line that a patch adds.</summary>
    internal bool IsAdded => OriginalLine == 0;
}
