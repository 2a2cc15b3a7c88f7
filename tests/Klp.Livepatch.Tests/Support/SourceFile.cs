namespace Klp.Livepatch.Tests;

/// <summary>A C file of a module.</summary>
public sealed record SourceFile(string Name, string Text);
