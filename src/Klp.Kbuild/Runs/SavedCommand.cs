namespace Klp.Kbuild.Runs;

/// <summary>The shell command by which kbuild made an object.</summary>
/// <param name="Object">
/// The object as kbuild names it: absolute before 6.13, where the command runs in the build directory; from the stage's root
/// since, where it runs in the stage.
/// </param>
/// <param name="Text">The command.</param>
internal sealed record SavedCommand(string Object, string Text);
