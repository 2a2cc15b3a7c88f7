using System.Text.RegularExpressions;

namespace Klp.Kbuild.Output;

/// <summary>How shells, make, env and the dynamic loader say that a program is not there or cannot run. Each was seen.</summary>
internal static partial class ProgramPatterns
{
    /// <summary>
    /// dash <c>/bin/sh: 1: pahole: not found</c>, bash <c>x.sh: line 5: bc: command not found</c>, busybox <c>sh: bc: not found</c>,
    /// mksh <c>sh: bc: inaccessible or not found</c>. dash and busybox say it as well of a file whose interpreter is missing.
    /// </summary>
    [GeneratedRegex(@"^[^\s:]+: (?:(?:line )?\d+: )?(?<program>[^\s:]+): (?:command |inaccessible or )?not found$")]
    internal static partial Regex NotFound();

    /// <summary>zsh: <c>sh:1: command not found: pahole</c>.</summary>
    [GeneratedRegex(@"^[^\s:]+:\d+: command not found: (?<program>[^\s:]+)$")]
    internal static partial Regex NotFoundFirst();

    /// <summary>
    /// make <c>make[2]: pahole: No such file or directory</c>, bash of a path <c>sh: line 1: ./tools/x: No such file or directory</c>,
    /// env <c>env: 'python3': No such file or directory</c>, busybox' env <c>env: can't execute 'python3': No such file or directory</c>.
    /// </summary>
    [GeneratedRegex(
        @"^(?:g?make(?:\[\d+\])?|\S*sh|(?:\S*/)?env): (?:(?:line )?\d+: |can't execute )?['‘]?"
        + @"(?<program>[^\s:'’]+)['’]?: (?:No such file or directory|Command not found)$")]
    internal static partial Regex NoSuchFile();

    /// <summary>bash: <c>x.sh: line 2: ./gen.pl: /usr/bin/perl: bad interpreter: No such file or directory</c>.</summary>
    [GeneratedRegex(@"^[^\s:]+: (?:line \d+: )?[^\s:]+: (?<program>[^\s:]+): bad interpreter: No such file or directory$")]
    internal static partial Regex BadInterpreter();

    /// <summary>
    /// dash <c>/bin/sh: 1: scripts/x: Exec format error</c>, bash <c>sh: line 1: scripts/x: cannot execute binary file: Exec
    /// format error</c>.
    /// </summary>
    [GeneratedRegex(
        @"^[^\s:]+: (?:(?:line )?\d+: )?(?<program>[^\s:]+): (?:cannot execute(?: binary file)?: )?"
        + "(?<text>Exec format error|Permission denied|required file not found)$")]
    internal static partial Regex CannotExecute();

    /// <summary>
    /// <c>./tools/objtool/objtool: error while loading shared libraries: libelf.so.1: cannot open shared object file: No such
    /// file or directory</c>.
    /// </summary>
    [GeneratedRegex(@"^(?<program>[^\s:]+): error while loading shared libraries: (?<library>[^\s:]+): (?<text>.*)$")]
    internal static partial Regex LibraryMissing();

    /// <summary>
    /// <c>scripts/mod/modpost: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by
    /// scripts/mod/modpost)</c>.
    /// </summary>
    [GeneratedRegex(@"^(?<program>[^\s:]+): (?<library>[^\s:]+): version [`'](?<version>[^']+)' not found \(required by [^)]+\)$")]
    internal static partial Regex LibraryTooOld();
}
