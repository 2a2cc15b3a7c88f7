using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>
/// Reads the lines of modpost (scripts/mod/modpost.c), which is part of the kernel and words them anew now and then. What
/// they are about is found out from the module: a warning that names a symbol which the module leaves open is about that,
/// and left to the conversion; everything else is reported.
/// </summary>
/// <param name="module">The module that modpost looked at.</param>
/// <param name="files">Knows the files that are named in its lines.</param>
internal sealed class ModpostReader(KbuildModule module, IKbuildFiles files)
{
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly List<ParsedMessage> mismatches = [];

    /// <summary>Reads one line.</summary>
    /// <param name="line">A match of <see cref="KbuildOutputPatterns.Modpost"/>.</param>
    /// <returns>The message, or null when there is nothing to say.</returns>
    internal ParsedMessage? Read(Match line)
    {
        // Before 6.13 with the folder of the stage, which the user need not know.
        string text = line.Groups["text"].Value.Replace(Path.GetDirectoryName(module.ObjectPath) + "/", "", StringComparison.Ordinal);
        bool isWarning = line.Groups["severity"].Value == "WARNING";
        Match mismatch = KbuildOutputPatterns.SectionMismatch().Match(text);
        if (isWarning && !mismatch.Success && (IsAboutOpenSymbol(text) || CountsOpenSymbols(text)))
            return null;
        if (!isWarning
            && !mismatch.Success
            && mismatches.Count > 0
            && text.Contains("section mismatch", StringComparison.OrdinalIgnoreCase))
        {
            // The kernel takes each of the warnings above for an error; this line says nothing new.
            foreach (ParsedMessage warning in mismatches)
                warning.BecomeError(DiagnosticCodes.ModpostError);
            return null;
        }

        ParsedMessage message = new(
            isWarning ? DiagnosticCodes.KbuildWarning : DiagnosticCodes.ModpostError,
            isWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
            text + Advice(text))
        {
            Place = mismatch.Success ? Locate(mismatch) : PlaceOfName(text),
        };
        if (mismatch.Success)
            mismatches.Add(message);
        return message;
    }

    private static string Advice(string text)
    {
        string end = text.EndsWith('.') ? "" : ".";
        return text.Contains("MODULE_LICENSE()", StringComparison.Ordinal) ? $"{end} Add MODULE_LICENSE(\"GPL\"); to one of the sources."
            : text.Contains("MODULE_DESCRIPTION()", StringComparison.Ordinal)
                ? $"{end} Add MODULE_DESCRIPTION(\"...\"); to one of the sources."
                : "";
    }

    // A name stands in quotes of some form. Where nothing does, a name is a word like any other.
    private bool IsAboutOpenSymbol(string text)
    {
        string[] names = [.. QuotedNames(text)];
        if (names.Length == 0)
            names = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (names.FirstOrDefault(module.OpenSymbols.Contains) is not { } name)
            return false;
        named.Add(name);
        return true;
    }

    // Of many it names the first ten and gives the number of the others.
    private bool CountsOpenSymbols(string text) =>
        KbuildOutputPatterns.ModpostSuppressed().IsMatch(text)
        || (named.Count > 0
            && KbuildOutputPatterns.Number().Match(text) is { Success: true } number
            && number.Value == (module.OpenSymbols.Count - named.Count).ToString(CultureInfo.InvariantCulture));

    private ParsedPlace? Locate(Match match) =>
        files.Locate(module.ObjectPath, match.Groups["symbol"].Value, KbuildOutputPatterns.Offset(match));

    // What the module defines has a line.
    private ParsedPlace? PlaceOfName(string text) =>
        QuotedNames(text).Select(name => files.Locate(module.ObjectPath, name, 0)).FirstOrDefault(place => place is not null);

    private static IEnumerable<string> QuotedNames(string text) =>
        KbuildOutputPatterns.QuotedName().Matches(text).Select(match => match.Groups["name"].Value);
}
