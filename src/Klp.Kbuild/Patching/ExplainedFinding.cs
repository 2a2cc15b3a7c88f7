namespace Klp.Kbuild.Patching;

/// <summary>What there was to tell: a refusal, a warning or an information.</summary>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Code">Such as <c>KLP7021</c>.</param>
/// <param name="Place">The file, in the words of the user where it is a patch, and its line; null where there is none.</param>
/// <param name="Message">What happened, why, and what to do.</param>
public sealed record ExplainedFinding(string Severity, string Code, string? Place, string Message);
