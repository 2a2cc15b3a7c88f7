namespace Klp.Kbuild.Options;

/// <summary>A word of options as make and the shell take it.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Value">Without its quotes.</param>
/// <param name="HasReference">True when it has a <c>$</c> that is make's or the shell's, so that nobody else knows its value.</param>
internal sealed record OptionWord(string Text, string Value, bool HasReference);
