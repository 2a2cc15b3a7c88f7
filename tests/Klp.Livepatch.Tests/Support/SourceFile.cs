namespace Klp.Livepatch.Tests.Support;

/// <summary>A C file of a module.</summary>
public sealed record SourceFile(string Name, string Text);
