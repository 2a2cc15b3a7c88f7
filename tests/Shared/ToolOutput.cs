namespace Klp.Tests;

/// <summary>What a program printed.</summary>
internal sealed record ToolOutput(string Output, string Errors)
{
    internal string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
