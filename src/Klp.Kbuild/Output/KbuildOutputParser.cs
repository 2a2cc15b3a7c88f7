using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Output;

/// <summary>
/// Reads what kbuild's tools write to stderr and makes one diagnostic of each error or warning, in the user's file, with
/// its notes. Pure. Undefined symbols that modpost lists are left to the conversion.
/// </summary>
public sealed class KbuildOutputParser
{
    private readonly IKbuildFiles files;
    private readonly ModpostReader modpostReader;
    private readonly ProgramReader programs;
    private readonly List<ParsedMessage> messages = [];
    private readonly List<(CompilerFile File, int Line)> includes = [];
    private int told; // how many of the messages belong to targets that make has named
    private string? linkerObject;
    private bool inIncludes;

    private KbuildOutputParser(IKbuildFiles files, KbuildModule module)
    {
        this.files = files;
        programs = new ProgramReader(files);
        modpostReader = new ModpostReader(module, files);
    }

    /// <summary>Reads the output of a build.</summary>
    /// <param name="lines">The lines of stderr.</param>
    /// <param name="files">Knows the files that are named in it.</param>
    /// <param name="module">The module that was built.</param>
    /// <param name="hasSucceeded">True when make did: then nothing that was said was an error, in whatever words.</param>
    /// <returns>The diagnostics in the order of the output, each once.</returns>
    public static IReadOnlyList<Diagnostic> Parse(IEnumerable<string> lines, IKbuildFiles files, KbuildModule module, bool hasSucceeded)
    {
        KbuildOutputParser parser = new(files, module);
        foreach (string line in lines)
            parser.Read(KbuildOutputPatterns.TerminalEscape().Replace(line, "").TrimEnd());
        foreach (ParsedMessage message in parser.messages.Where(_ => hasSucceeded))
            message.BecomeWarning();
        // A warning in a header comes once for each source that includes it.
        return [.. parser.messages.Select(message => message.ToDiagnostic()).Distinct()];
    }

    private void Read(string line)
    {
        bool wasInIncludes = inIncludes;
        inIncludes = false;
        if (KbuildOutputPatterns.IncludedFrom().Match(line) is { Success: true } included)
            ReadInclude(included, wasInIncludes, isOuter: wasInIncludes && line.StartsWith("In", StringComparison.Ordinal));
        else if (KbuildOutputPatterns.MakeFailedTarget().Match(line) is { Success: true } failed)
            ReadFailedTarget(failed);
        else if (KbuildOutputPatterns.MakeStopped().Match(line) is { Success: true } stopped)
            Add(DiagnosticCodes.KbuildFailed, DiagnosticSeverity.Error, $"make stopped: {Text(stopped)}.", PlaceOf(stopped));
        else if (KbuildOutputPatterns.Located().Match(line) is { Success: true } located)
            ReadLocated(located);
        else if (KbuildOutputPatterns.LldContinuation().Match(line) is { Success: true } continuation)
            ReadLldContinuation(Text(continuation));
        else if (KbuildOutputPatterns.LinkerContext().Match(line) is { Success: true } context)
            linkerObject = context.Groups["object"].Value;
        else if (KbuildOutputPatterns.LinkerLocated().Match(line) is { Success: true } linked)
            ReadLinkerLocated(linked);
        else if (KbuildOutputPatterns.Modpost().Match(line) is { Success: true } modpost)
            AddIfAny(modpostReader.Read(modpost));
        else if (KbuildOutputPatterns.Fixdep().Match(line) is { Success: true } fixdep)
            Add(
                DiagnosticCodes.KbuildFailed,
                DiagnosticSeverity.Error,
                $"kbuild's fixdep: {Text(fixdep)}. kbuild takes no header whose path has a space or another character that make "
                + "treats specially: rename it.",
                null);
        else if (KbuildOutputPatterns.ObjtoolAlone().Match(line) is { Success: true } objtool)
            AddLinker(IsWarning(objtool), Text(objtool), null);
        else if (KbuildOutputPatterns.ClangOption().Match(line) is { Success: true } option)
            Add(
                IsWarning(option) ? DiagnosticCodes.CompilerWarning : DiagnosticCodes.CompilerError,
                IsWarning(option) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
                Text(option),
                null);
        else if (programs.Read(line))
            return;
        else if (KbuildOutputPatterns.Unlocated().Match(line) is { Success: true } unlocated)
            ReadUnlocated(unlocated);
        else if (KbuildOutputPatterns.Linker().Match(line) is { Success: true } linker)
            ReadLinker(linker);
    }

    // gcc goes from the inner file to the outer; clang, each of whose lines begins with "In", the other way.
    private void ReadInclude(Match match, bool continues, bool isOuter)
    {
        if (!continues)
            includes.Clear();
        inIncludes = true;
        CompilerFile file = files.Resolve(match.Groups["file"].Value);
        if (!file.IsWrapper)
            includes.Insert(isOuter ? 0 : includes.Count, (file, Number(match, "line")));
    }

    private void ReadLocated(Match match)
    {
        ParsedPlace place = new(files.Resolve(match.Groups["file"].Value), Number(match, "line"), Number(match, "column"));
        string severity = match.Groups["severity"].Value;
        if (severity == "Info")
        {
            // gas counts lines inside a macro; here it says where the macro is used.
            if (place.File.IsUsers && messages.LastOrDefault() is { } message)
                message.Place = place;
            return;
        }

        if (severity == "note")
        {
            // gcc says so once a file, and it tells nothing about the error.
            if (!Text(match).StartsWith("each undeclared identifier is reported only once", StringComparison.Ordinal))
                messages.LastOrDefault()?.Notes.Add(new ParsedNote(Text(match), place));
            includes.Clear();
            return;
        }

        // gas begins its words with a capital letter; the file is the compiler's temporary one unless the target's comments let
        // it see the source's lines.
        bool isAssembler = char.IsUpper(severity[0]);
        bool isWarning = IsWarning(match);
        string code = (isAssembler, isWarning) switch
        {
            (true, true) => DiagnosticCodes.KbuildWarning,
            (true, false) => DiagnosticCodes.LinkerError,
            (false, true) => DiagnosticCodes.CompilerWarning,
            (false, false) => DiagnosticCodes.CompilerError,
        };
        // clang has names in angle brackets for what is in no file.
        bool isTemporary = !place.File.IsUsers && (isAssembler || place.File.Path.Contains('<', StringComparison.Ordinal));
        ParsedMessage added = Add(
            code, isWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error, Text(match), isTemporary ? null : place);
        added.Includes.AddRange(includes);
        includes.Clear();
    }

    private void ReadLinkerLocated(Match match)
    {
        string file = linkerObject ?? match.Groups["file"].Value;
        linkerObject = null;
        string text = Text(match);
        Match name = KbuildOutputPatterns.QuotedName().Match(text);
        Match first = KbuildOutputPatterns.FirstDefinedHere().Match(text);
        if (first.Success)
            text = $"{text[..first.Index]}; first defined in {PlaceIn(first.Groups["object"].Value, name, 0)}";
        bool isWarning = text.StartsWith("warning: ", StringComparison.Ordinal);
        AddLinker(isWarning, isWarning ? text["warning: ".Length..] : text, PlaceIn(file, name, Number(match, "line")));
    }

    private void ReadLinker(Match match)
    {
        if (match.Groups["severity"].Value is "note" or "NOTE")
            messages.LastOrDefault()?.Notes.Add(new ParsedNote(Text(match), null));
        else
            AddLinker(IsWarning(match), Text(match), null);
    }

    // Of two definitions the second one is too many, and of several uses of what there is not the last one will do.
    private void ReadLldContinuation(string text)
    {
        if (messages.LastOrDefault() is not { } message || KbuildOutputPatterns.LldObject().IsMatch(text))
            return;
        if (KbuildOutputPatterns.LldPlace().Match(text) is { Success: true } match)
        {
            ParsedPlace place = new(
                files.Resolve((match.Groups["file"].Success ? match.Groups["file"] : match.Groups["name"]).Value),
                Number(match, "line"),
                0);
            message.Place = place;
            message.Notes.Add(new ParsedNote(match.Groups["kind"].Value, place));
        }
        else
        {
            message.Notes.Add(new ParsedNote(text, null));
        }
    }

    private void ReadUnlocated(Match match)
    {
        string origin = match.Groups["origin"].Value;
        bool isObject = origin.EndsWith(".o", StringComparison.Ordinal);
        ParsedPlace? place = !isObject ? null
            : KbuildOutputPatterns.Objtool().Match(Text(match)) is { Success: true } objtool
                ? PlaceIn(origin, objtool.Groups["symbol"], KbuildOutputPatterns.Offset(objtool), 0)
                : new ParsedPlace(files.Resolve(origin), 0, 0);
        string program = Path.GetFileName(origin);
        if (isObject || KbuildOutputPatterns.LinkerName().IsMatch(program))
            AddLinker(IsWarning(match), Text(match), place);
        else
            Add(
                IsWarning(match) ? DiagnosticCodes.CompilerWarning : DiagnosticCodes.CompilerError,
                IsWarning(match) ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
                $"{program}: {Text(match)}",
                null);
    }

    // With make's -O the lines about an object come together and end with make's own, which names the object.
    private void ReadFailedTarget(Match match)
    {
        string target = match.Groups["target"].Value, signal = match.Groups["signal"].Value;
        CompilerFile file = files.Resolve(target);
        messages.AddRange(programs.Explain(match.Groups["status"].Value, isExplained: messages.Skip(told).Any(message => message.IsError)));
        if (signal.Length > 0)
            Add(
                DiagnosticCodes.KbuildFailed,
                DiagnosticSeverity.Error,
                $"What makes {target} was ended by a signal: {signal}. The kernel does that to programs when memory runs out.",
                null);
        foreach (ParsedMessage message in messages.Where(message => message.Place is null && !message.IsClosed))
        {
            message.IsClosed = true;
            if (file.IsUsers)
                message.Place = new ParsedPlace(file, 0, 0);
        }

        told = messages.Count;
    }

    // The module's own object is no place that says anything to the user.
    private void AddLinker(bool isWarning, string text, ParsedPlace? place) => Add(
        isWarning ? DiagnosticCodes.KbuildWarning : DiagnosticCodes.LinkerError,
        isWarning ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error,
        text,
        place is { File.IsUsers: true } or { Line: > 0 } ? place : null);

    private void AddIfAny(ParsedMessage? message)
    {
        if (message is not null)
            messages.Add(message);
    }

    private ParsedMessage Add(string code, DiagnosticSeverity severity, string text, ParsedPlace? place)
    {
        ParsedMessage message = new(code, severity, text) { Place = place };
        messages.Add(message);
        return message;
    }

    // Linker and objtool know the object and the symbol; the line is in the object's line information. The linker's own
    // number is at times that of the function before.
    private ParsedPlace PlaceIn(string objectPath, Match quotedName, int line) => PlaceIn(objectPath, quotedName.Groups["name"], 0, line);

    private ParsedPlace PlaceIn(string objectPath, Group symbol, ulong offset, int line) =>
        (symbol.Success ? files.Locate(objectPath, symbol.Value, offset) : null) ?? new ParsedPlace(files.Resolve(objectPath), line, 0);

    private ParsedPlace? PlaceOf(Match match) =>
        match.Groups["file"].Success ? new ParsedPlace(files.Resolve(match.Groups["file"].Value), Number(match, "line"), 0) : null;

    private static string Text(Match match) => match.Groups["text"].Value;

    private static bool IsWarning(Match match) => match.Groups["severity"].Value is "warning" or "Warning";

    private static int Number(Match match, string group) =>
        match.Groups[group].Success && int.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out int number)
            ? number
            : 0;
}
