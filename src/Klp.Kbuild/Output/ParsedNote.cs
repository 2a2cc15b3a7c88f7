namespace Klp.Kbuild.Output;

/// <summary>A note below a message.</summary>
internal sealed record ParsedNote(string Text, ParsedPlace? Place)
{
    // gcc's words; clang puts the message itself at the macro's use.
    internal bool IsMacroUse => Text.StartsWith("in expansion of macro ", StringComparison.Ordinal);

    internal bool IsMacro => IsMacroUse || Text.StartsWith("in definition of macro ", StringComparison.Ordinal);

    public override string ToString() => Place is null ? $"  note: {Text}" : $"  note: {Text}, at {Place}";
}
