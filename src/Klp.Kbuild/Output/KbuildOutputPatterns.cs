using System.Globalization;
using System.Text.RegularExpressions;

namespace Klp.Kbuild.Output;

/// <summary>The lines that compilers, assemblers, linkers, modpost and make write. Each was seen in the output of one of them.</summary>
internal static partial class KbuildOutputPatterns
{
    /// <summary>
    /// <c>a.c:7:16: error: too many arguments</c>; gas has no column and writes <c>Error</c>, and <c>a.c:4:  Info: macro invoked
    /// from here</c>.
    /// </summary>
    [GeneratedRegex(
        @"^(?<file>.+?):(?<line>\d+):(?:(?<column>\d+):)? +"
        + "(?<severity>fatal error|internal compiler error|sorry, unimplemented|error|warning|note|Fatal error|Internal error|Error"
        + "|Warning|Info): (?<text>.*)$")]
    internal static partial Regex Located();

    /// <summary><c>In file included from b.h:1,</c> and the lines below it, <c>from a.c:2:</c>.</summary>
    [GeneratedRegex(@"^(?:In file included|\s+)\s*from (?<file>.+?):(?<line>\d+)(?::\d+)?[,:]$")]
    internal static partial Regex IncludedFrom();

    /// <summary>
    /// <c>aarch64-linux-gnu-gcc: error: unrecognized command-line option</c>, <c>c/a.o: warning: objtool: …</c>: no line.
    /// </summary>
    [GeneratedRegex(@"^(?<origin>[^:\s]+): (?<severity>fatal error|internal compiler error|error|warning): (?<text>.*)$")]
    internal static partial Regex Unlocated();

    /// <summary>
    /// <c>error: unknown warning option '-Wno-maybe-uninitialized' [-Werror,-Wunknown-warning-option]</c>: clang about its
    /// options names nobody.
    /// </summary>
    [GeneratedRegex(@"^(?<severity>error|warning): (?<text>.* \[-W[^\]\s]+\])$")]
    internal static partial Regex ClangOption();

    /// <summary><c>error: objtool: can't find starting instruction</c>: it too names nobody where it knows of no object.</summary>
    [GeneratedRegex(@"^(?<severity>error|warning): (?<text>objtool\b.*)$")]
    internal static partial Regex ObjtoolAlone();

    /// <summary>
    /// <c>objtool: f+0x6: return with modified stack frame</c>, <c>objtool: f() falls through to next function g()</c>: the text
    /// of a message about an object. Since 6.16 the place in objtool itself can follow its name.
    /// </summary>
    [GeneratedRegex(@"^objtool(?: \[[^\]]*\])?: (?<symbol>[^\s+()]+)(?:\+0x(?<offset>[0-9a-f]+)|\(\))")]
    internal static partial Regex Objtool();

    /// <summary><c>aarch64-linux-gnu-ld: ./c/b.o: in function `both':</c>: the object that the next line is about.</summary>
    [GeneratedRegex(@"^(?:\S*[/-])?ld(?:\.\w+)?(?:-\d+)?: (?<object>.+?): in function [`'](?<function>.+)':$")]
    internal static partial Regex LinkerContext();

    /// <summary>
    /// <c>b.c:(.text+0x0): multiple definition of `both'; ./c/a.o:a.c:(.text+0x0): first defined here</c>. Only linkers name a
    /// section so; a line can stand in its place, and then the words tell that a linker writes.
    /// </summary>
    [GeneratedRegex(
        @"^(?:(?:\S*[/-])?ld(?:\.\w+)?(?:-\d+)?: )?(?<file>[^:\s]+?):(?:[^:()]+:)?"
        + @"(?:\(\.[^)]+\): (?<text>.*)"
        + @"|(?<line>\d+): (?<text>(?:multiple definition|undefined reference|relocation truncated).*))$")]
    internal static partial Regex LinkerLocated();

    /// <summary>The end of a multiple definition: <c>; ./c/a.o:a.c:(.text+0x0): first defined here</c>.</summary>
    [GeneratedRegex(@"; (?<object>[^:]+):(?:[^:()]*:)?(?:\([^)]+\)|\d+): first defined here$")]
    internal static partial Regex FirstDefinedHere();

    /// <summary><c>aarch64-linux-gnu-ld: cannot find c/x.o</c>, <c>ld: NOTE: This behaviour is deprecated</c>.</summary>
    [GeneratedRegex(@"^(?:\S*[/-])?ld(?:\.\w+)?(?:-\d+)?: (?:(?<severity>error|warning|note|NOTE): )?(?<text>.*)$")]
    internal static partial Regex Linker();

    /// <summary><c>&gt;&gt;&gt; defined at a.c:2 (./a.c:2)</c>: how lld continues a message.</summary>
    [GeneratedRegex(@"^>>> (?<text>.*)$")]
    internal static partial Regex LldContinuation();

    /// <summary>
    /// <c>defined at a.c:2 (./a.c:2)</c> or, of code without line information, <c>defined at a.c</c>; likewise <c>referenced
    /// by</c>.
    /// </summary>
    [GeneratedRegex(@"^(?<kind>defined|referenced) (?:at|by) (?<name>[^\s:()]+)(?::(?<line>\d+))?(?: \((?<file>[^()]+):\d+\))?$")]
    internal static partial Regex LldPlace();

    /// <summary>The object to the place before it: <c>           ./c/a.o:(.text+0x0)</c>.</summary>
    [GeneratedRegex(@"^\s+\S+\.o:\(.+\)$")]
    internal static partial Regex LldObject();

    /// <summary>A linker's name: <c>aarch64-linux-gnu-ld</c>, <c>ld.bfd</c>, <c>ld.lld-16</c>.</summary>
    [GeneratedRegex(@"(?:^|-)ld(?:\.\w+)?(?:-\d+)?$")]
    internal static partial Regex LinkerName();

    /// <summary>
    /// What colours a text or makes a link of it on a terminal (ECMA-48: CSI, and OSC 8): a compiler can be told to write it
    /// always.
    /// </summary>
    [GeneratedRegex(@"\x1b\[[0-9;:]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")]
    internal static partial Regex TerminalEscape();

    /// <summary><c>ERROR: modpost: missing MODULE_LICENSE() in mod.o</c>; without <c>modpost:</c> before 5.10.</summary>
    [GeneratedRegex(@"^(?<severity>ERROR|WARNING|FATAL): (?:modpost: )?(?<text>.*)$")]
    internal static partial Regex Modpost();

    /// <summary>
    /// <c>mod: section mismatch in reference: later+0x10 (section: .text) -> early (section: .init.text)</c>: the symbol that
    /// refers to another. Before it is the module, before 6.13 with the path of mod.o; before 6.5 there is no offset.
    /// </summary>
    [GeneratedRegex(@"section mismatch.*?: (?<symbol>\S+?)(?:\+0x(?<offset>[0-9a-f]+))? \(section: ", RegexOptions.IgnoreCase)]
    internal static partial Regex SectionMismatch();

    /// <summary><c>"name" [mod.ko] undefined!</c>, since 7.3 <c>mod.ko: symbol 'name' undefined!</c>: a name in quotes.</summary>
    [GeneratedRegex(@"[""'`](?<name>[^\s""'`]+)[""']")]
    internal static partial Regex QuotedName();

    /// <summary><c>suppressed 3 unresolved symbol warnings because there were too many)</c>: about symbols that are undefined.</summary>
    [GeneratedRegex(@"^suppressed \d+ unresolved symbol")]
    internal static partial Regex ModpostSuppressed();

    /// <summary>A number in a text.</summary>
    [GeneratedRegex(@"\b\d+\b")]
    internal static partial Regex Number();

    /// <summary>
    /// <c>fixdep: error opening file: c/../s0/my\ header.h: No such file or directory</c>: kbuild's own dependency reader.
    /// </summary>
    [GeneratedRegex(@"^fixdep: (?<text>.*)$")]
    internal static partial Regex Fixdep();

    /// <summary>
    /// <c>make[2]: *** [scripts/Makefile.build:294: c/a.o] Error 1</c>: which object the lines above were about. Of a program
    /// that a signal ended the last word is another, such as <c>Killed</c>.
    /// </summary>
    [GeneratedRegex(@"^[^\s:]+: \*\*\* \[(?:.*: )?(?<target>[^\]\s]+)\] (?:\D+ (?<status>\d+)|(?<signal>\D+))$")]
    internal static partial Regex MakeFailedTarget();

    /// <summary>
    /// <c>Makefile:140: *** source directory cannot contain spaces or colons. Stop.</c>, <c>make: *** No rule to make target …
    /// Stop.</c>
    /// </summary>
    [GeneratedRegex(@"^(?:(?<file>[^:]+):(?<line>\d+)|[^\s:]+): \*\*\* (?<text>.*?)\.?  \S+\.$")]
    internal static partial Regex MakeStopped();

    /// <summary>The hexadecimal group <c>offset</c> of a match in bytes, or 0.</summary>
    internal static ulong Offset(Match match) =>
        ulong.TryParse(match.Groups["offset"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong offset)
            ? offset
            : 0;
}
