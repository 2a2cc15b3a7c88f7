namespace Klp.Patching.Diff;

/// <summary>What a comparison of two compiled units cannot tell, or did not count. Immutable.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Names">The functions, variables or sections that it is about.</param>
/// <param name="Text">The note as a sentence.</param>
public sealed record DiffNote(DiffNoteKind Kind, IReadOnlyList<string> Names, string Text);
