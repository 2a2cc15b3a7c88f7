using System.Text.RegularExpressions;

namespace Klp.Livepatch.Generation;

/// <summary>Names of the functions that replace others.</summary>
public static partial class NewFunctionName
{
    /// <summary>
    /// The name where nobody says otherwise: <c>livepatch_NAME</c>, with <c>_</c> for what C does not take, as in
    /// <c>foo.isra.0</c>.
    /// </summary>
    /// <param name="name">The name of the function that is replaced.</param>
    public static string For(string name) => "livepatch_" + NotOfIdentifier().Replace(name, "_");

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotOfIdentifier();
}
