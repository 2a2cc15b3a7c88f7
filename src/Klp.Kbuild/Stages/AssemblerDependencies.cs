using Klp.Kbuild.Toolchain;

namespace Klp.Kbuild.Stages;

/// <summary>
/// The files that an assembler itself included (<c>.incbin</c>, <c>.include</c>): kbuild asks the preprocessor only. GNU as lists
/// them with <c>--MD</c>; clang's own assembler cannot.
/// </summary>
internal static class AssemblerDependencies
{
    /// <summary>The name of the list beside an object.</summary>
    /// <param name="objectName">The object's name without <c>.o</c>, such as <c>c/meminfo</c>.</param>
    internal static string ListOf(string objectName) => objectName + ".asd";

    /// <summary>The files as the assembler names them; none where there is no list.</summary>
    /// <param name="list">The list's file.</param>
    internal static IEnumerable<string> Read(string list)
    {
        // c/helper.o: blob.bin c/helper.c \
        //  /tmp/cc5SPk7b.s
        return File.Exists(list) ? MakeDependencies.Read(File.ReadAllText(list)).Where(file => !IsTemporary(file)) : [];
    }

    // What the compiler gave the assembler to read is gone.
    private static bool IsTemporary(string file) => Path.IsPathRooted(file) && file.EndsWith(".s", StringComparison.Ordinal);
}
