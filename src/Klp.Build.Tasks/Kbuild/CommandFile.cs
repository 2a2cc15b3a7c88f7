namespace Klp.Build.Tasks.Kbuild;

/// <summary>Reads the files that an object was made from out of the <c>.name.o.cmd</c> that kbuild's fixdep writes beside it.</summary>
internal static class CommandFile
{
    /// <summary>The dependencies as the compiler names them; none when there is no such file.</summary>
    /// <param name="objectPath">The object.</param>
    internal static IEnumerable<string> Dependencies(string objectPath)
    {
        string path = Path.Combine(Path.GetDirectoryName(objectPath)!, $".{Path.GetFileName(objectPath)}.cmd");
        if (!File.Exists(path))
            return [];

        // deps_x.o := \
        //   /usr/src/linux/include/linux/kconfig.h \
        //     $(wildcard include/config/CPU_BIG_ENDIAN) \
        return File.ReadLines(path)
            .SkipWhile(line => !line.StartsWith("deps_", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith(' '))
            .Select(line => line.TrimEnd('\\').Trim())
            .Where(dependency => dependency.Length > 0 && !dependency.StartsWith("$(", StringComparison.Ordinal));
    }
}
