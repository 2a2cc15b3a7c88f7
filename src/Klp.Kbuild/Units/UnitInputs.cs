using System.Collections.Concurrent;
using Klp.Kbuild.Patching;

namespace Klp.Kbuild.Units;

/// <summary>How much source units are compiled from, by the lists that the build recorded.</summary>
internal sealed class UnitInputs(KernelSource source)
{
    private readonly ConcurrentDictionary<string, long> sizes = new(StringComparer.Ordinal);

    /// <summary>The size of all that a unit is compiled from, in bytes.</summary>
    internal long BytesOf(KernelUnit unit) => unit.Dependencies.Prepend(unit.Source).Sum(path => sizes.GetOrAdd(path, SizeOf));

    // A file that went since has none.
    private long SizeOf(string path)
    {
        FileInfo file = new(source.Locate(path));
        if (!file.Exists)
            file = new FileInfo(Path.Combine(source.Root, path));
        return file.Exists ? file.Length : 0;
    }
}
