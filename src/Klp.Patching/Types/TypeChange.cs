namespace Klp.Patching.Types;

/// <summary>A type, or the type of something, that a patch changes and that what is not patched relies on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The type, function or variable.</param>
/// <param name="Word">The name by which it is found in the patch: the member's where one is meant.</param>
/// <param name="What">What changed, in words that go on after a colon.</param>
public sealed record TypeChange(TypeChangeKind Kind, string Name, string Word, string What);
