namespace Klp.Kbuild.Patching;

/// <summary>A function, a variable or a section that is taken.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why.</param>
public sealed record ExplainedPart(string Name, string Reason);
