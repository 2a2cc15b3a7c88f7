using System.Text.RegularExpressions;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;
using Klp.Tool.Output;

namespace Klp.Tool.Commands;

/// <summary>Reads <c>--callback KIND=FUNCTION[@OBJECT]</c>: a member of the struct klp_callbacks of an object.</summary>
internal static partial class CallbackOption
{
    /// <summary>The form of the option's argument.</summary>
    internal const string Form = "KIND=FUNCTION[@OBJECT]";

    // As struct klp_callbacks has them.
    private static readonly Dictionary<string, CallbackKind> Kinds =
        Enum.GetValues<CallbackKind>().ToDictionary(kind => new DescribedCallback(kind, "").Member, StringComparer.Ordinal);

    /// <summary>Reads all arguments.</summary>
    /// <param name="texts">The arguments.</param>
    /// <param name="problems">Receives what is wrong with them, in sentences.</param>
    /// <returns>The objects, in the order in which they are named first.</returns>
    internal static IReadOnlyList<DescribedObject> Read(IEnumerable<string> texts, ICollection<string> problems)
    {
        (string ObjectName, DescribedCallback Callback)[] callbacks =
            [.. texts.Select(text => Read(text, problems)).OfType<(string ObjectName, DescribedCallback Callback)>()];
        foreach (IGrouping<(string, CallbackKind), DescribedCallback> twice in callbacks
            .GroupBy(callback => (callback.ObjectName, callback.Callback.Kind), callback => callback.Callback)
            .Where(group => group.Count() > 1))
        {
            problems.Add($"--callback {twice.First().Member} of {twice.Key.Item1} is given twice: an object has one of a kind.");
        }

        return
        [
            .. callbacks.GroupBy(callback => callback.ObjectName, callback => callback.Callback, StringComparer.Ordinal)
                .Select(group => new DescribedObject(group.Key, [.. group.OrderBy(callback => callback.Kind)])),
        ];
    }

    private static (string ObjectName, DescribedCallback Callback)? Read(string text, ICollection<string> problems)
    {
        Match match = Pattern().Match(text);
        if (!match.Success || !Kinds.TryGetValue(match.Groups["kind"].Value, out CallbackKind kind))
        {
            problems.Add(
                $"--callback is \"{text}\" and has to be {Form}, such as pre_patch=set_limit@vmlinux; the kinds are "
                + $"{string.Join(", ", Kinds.Keys)}.");
            return null;
        }

        DiagnosticBag malformed = [];
        string? name = new PatchItemReader(malformed).ReadObjectName(
            match.Groups["object"].Value, $"--callback {text}", DiagnosticCodes.TableItemMalformed.Code, place: null);
        foreach (Diagnostic problem in malformed)
            problems.Add(BuildWords.All.Fill(problem.Message));
        return name is null ? null : (name, new DescribedCallback(kind, match.Groups["function"].Value));
    }

    [GeneratedRegex(@"^(?<kind>[a-z_]+)=(?<function>[A-Za-z_][A-Za-z0-9_]*)(?:@(?<object>[^=@,]+))?\z")]
    private static partial Regex Pattern();
}
