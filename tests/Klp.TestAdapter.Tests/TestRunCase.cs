namespace Klp.TestAdapter.Tests;

/// <summary>A result of a TRX.</summary>
internal sealed record TestRunCase(string DisplayName, string FullName, string Outcome, string Message, string StackTrace, string Output)
{
    /// <summary>The name without project and kernel.</summary>
    public string Case
    {
        get
        {
            string name = DisplayName[(DisplayName.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            int kernel = name.LastIndexOf(" (", StringComparison.Ordinal);
            int end = name.IndexOf(')', kernel);
            return name[..kernel] + name[(end + 1)..];
        }
    }
}
