using System.Text;

namespace Klp.Kernel.Diagnostics;

/// <summary>The words of a host for what its users write. A host is what shows messages: a build, or a command.</summary>
public sealed class HostWords
{
    private readonly Dictionary<string, string> words;

    /// <summary>Takes the words.</summary>
    /// <param name="words">A word for each <see cref="HostWord"/>.</param>
    /// <exception cref="ArgumentException">One is missing.</exception>
    public HostWords(IReadOnlyDictionary<HostWord, string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (HostWord.All.FirstOrDefault(word => !words.ContainsKey(word)) is { } missing)
            throw new ArgumentException($"There is no word for {missing.Name}.", nameof(words));
        this.words = words.ToDictionary(word => word.Key.Name, word => word.Value, StringComparer.Ordinal);
    }

    /// <summary>A diagnostic in the words of the host.</summary>
    public Diagnostic Fill(Diagnostic diagnostic)
    {
        ArgumentNullException.ThrowIfNull(diagnostic);
        return diagnostic with { Message = Fill(diagnostic.Message) };
    }

    /// <summary>A text in the words of the host.</summary>
    public string Fill(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains(HostWord.Begin, StringComparison.Ordinal))
            return text;
        StringBuilder filled = new();
        int at = 0;
        for (int begin; (begin = text.IndexOf(HostWord.Begin, at)) >= 0;)
        {
            filled.Append(text, at, begin - at);
            int end = text.IndexOf(HostWord.End, begin);
            string? word = end < 0 ? null : Find(text[(begin + 1)..end]);
            // What is no word is of a file, whose names may have any characters.
            filled.Append(word ?? HostWord.Begin.ToString());
            at = (word is null ? begin : end) + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    private string? Find(string place)
    {
        string[] parts = place.Split(HostWord.Comma, 2);
        return words.GetValueOrDefault(parts[0])?.Replace("{0}", parts[^1], StringComparison.Ordinal);
    }
}
