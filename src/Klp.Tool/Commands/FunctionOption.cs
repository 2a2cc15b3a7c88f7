using System.Text.RegularExpressions;
using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;

namespace Klp.Tool.Commands;

/// <summary>Reads <c>--function OLD[=NEW][@OBJECT][,POSITION]</c>: an entry of a klp_func table.</summary>
internal static partial class FunctionOption
{
    /// <summary>The form of the option's argument.</summary>
    internal const string Form = "OLD[=NEW][@OBJECT][,POSITION]";

    /// <summary>Reads an argument.</summary>
    /// <param name="text">The argument.</param>
    /// <param name="diagnostics">Receives what is wrong with a part of it.</param>
    /// <returns>The function; null where something is wrong, or the form is another.</returns>
    internal static DescribedFunction? Read(string text, DiagnosticBag diagnostics)
    {
        Match match = Pattern().Match(text);
        return match.Success
            ? new PatchItemReader(diagnostics).ReadFunction(Value("old"), Value("new"), Value("object"), Value("position"), place: null)
            : null;

        string Value(string group) => match.Groups[group].Value;
    }

    [GeneratedRegex(@"^(?<old>[^=@,]+)(?:=(?<new>[^=@,]+))?(?:@(?<object>[^=@,]+))?(?:,(?<position>[^=@,]+))?\z")]
    private static partial Regex Pattern();
}
