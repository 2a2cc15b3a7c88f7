using Klp.Kbuild.Processes;

namespace Klp.Kbuild.Toolchain;

/// <summary>
/// Compilers behind the programs that are linked under their names, so that whoever calls <c>gcc</c> calls ccache: such a program
/// calls the next one of the name on PATH (ccache(1), distcc(1) and icecream's manual call this masquerading).
/// </summary>
internal static class Masquerade
{
    private static readonly string[] Launchers = ["ccache", "sccache", "distcc", "icecc", "buildcache", "colorgcc"];

    /// <summary>The file of the compiler that a call ends at, without symbolic links; null where there is none.</summary>
    /// <param name="program">A name to look for on PATH, or a path.</param>
    internal static string? FindCompiler(string program)
    {
        if (ExecutableSearch.Find(program) is not { } first)
            return null;
        // Who is called by its path looks for the compiler on PATH as well.
        return ExecutableSearch.FindAll(Path.GetFileName(program))
            .Prepend(first)
            .Select(RealPath.Of)
            .FirstOrDefault(path => !Launchers.Contains(Path.GetFileName(path)));
    }
}
