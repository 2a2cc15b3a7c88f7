namespace Klp.Kbuild.Runs;

/// <summary>
/// Reads the dependencies in the text of a <c>.cmd</c> file one by one, without a copy of them: a kernel has gigabytes of such
/// files.
/// </summary>
internal ref struct DependencyReader
{
    // deps_x.o := \
    //   /usr/src/linux/include/linux/kconfig.h \
    //     $(wildcard include/config/CPU_BIG_ENDIAN) \
    private static ReadOnlySpan<byte> Begin => "\ndeps_"u8;

    // source_x.o := /usr/src/linux/x.c
    private static ReadOnlySpan<byte> SourceBegin => "\nsource_"u8;

    private static ReadOnlySpan<byte> Assignment => " := "u8;

    private ReadOnlySpan<byte> rest;

    /// <summary>Starts at the first dependency.</summary>
    /// <param name="text">The whole file.</param>
    internal DependencyReader(ReadOnlySpan<byte> text)
    {
        int begin = text.IndexOf(Begin);
        rest = begin < 0 ? [] : AfterLine(text[(begin + 1)..]);
        int source = text.IndexOf(SourceBegin);
        ReadOnlySpan<byte> line = source < 0 ? [] : Line(text[(source + 1)..]);
        Source = line.IndexOf(Assignment) is int at and >= 0 ? line[(at + Assignment.Length)..].Trim((byte)' ') : [];
    }

    /// <summary>
    /// The source, which is not among the dependencies, as the compiler was given it, in UTF-8; empty where none is named.
    /// </summary>
    internal ReadOnlySpan<byte> Source { get; }

    /// <summary>Goes to the next dependency.</summary>
    /// <param name="path">The path as the compiler names it, in UTF-8.</param>
    /// <returns>False where there is none left.</returns>
    internal bool Read(out ReadOnlySpan<byte> path)
    {
        while (rest.Length > 0 && rest[0] == ' ')
        {
            path = Line(rest).TrimEnd((byte)'\\').Trim((byte)' ');
            rest = AfterLine(rest);
            if (path.Length > 0 && !path.StartsWith("$("u8))
                return true;
        }

        path = [];
        return false;
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\n') is int end and >= 0 ? text[..end] : text;

    private static ReadOnlySpan<byte> AfterLine(ReadOnlySpan<byte> text) =>
        text.IndexOf((byte)'\n') is int end and >= 0 ? text[(end + 1)..] : [];
}
