namespace Klp.Patching.Patches;

/// <summary>What a patch says of a file, before it is known which file that is.</summary>
internal sealed class FilePatch
{
    /// <summary>The line in the patch where it begins, from 1 on.</summary>
    internal required int PatchLine { get; init; }

    /// <summary>The file's name before, as it stands there; null for /dev/null, or where there is none.</summary>
    internal string? OldName { get; set; }

    /// <summary>The file's name afterwards; null for /dev/null, or where there is none.</summary>
    internal string? NewName { get; set; }

    /// <summary>True where it creates the file.</summary>
    internal bool IsCreated { get; set; }

    /// <summary>True where it deletes the file.</summary>
    internal bool IsDeleted { get; set; }

    /// <summary>
    /// The name before a rename or of what is copied: without the folder in front that other names have; null for neither.
    /// </summary>
    internal string? MovedFrom { get; set; }

    /// <summary>The name after a rename or of the copy, in the same way; null for neither.</summary>
    internal string? MovedTo { get; set; }

    /// <summary>
    /// What git writes in a form that is not of lines: <c>rename</c>, <c>copy</c>, <c>binary</c> or <c>link</c>; null for none of them.
    /// </summary>
    internal string? Unsupported { get; set; }

    /// <summary>The line of that in the patch.</summary>
    internal int UnsupportedLine { get; set; }

    /// <summary>True where the lines of the patch end as those of DOS do, its headers too.</summary>
    internal bool IsCrlf { get; set; }

    /// <summary>The hunks, in the order of the file.</summary>
    internal List<PatchHunk> Hunks { get; } = [];

    /// <summary>The line in the patch of the first line that is added or deleted.</summary>
    internal int FirstChange => Hunks.SelectMany(hunk => hunk.Lines).Where(line => line.Kind != ' ').Select(line => line.PatchLine)
        .FirstOrDefault(PatchLine);
}
