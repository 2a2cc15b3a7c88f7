namespace Klp.Livepatch.Tests.Support;

/// <summary>A line of nm.</summary>
internal sealed record NmSymbol(string Address, char Type, string Name)
{
    internal static NmSymbol Parse(string line)
    {
        string[] fields = line.Split(' ', 3);
        return new NmSymbol(fields[0], fields[1][0], fields[2]);
    }
}
