using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Klp.Kbuild.Runs;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Keeps the originals that were compiled with a section for each function, each under a hash of all that it was made from: that
/// one is there says too that the recorded command gave the kernel's own object.
/// </summary>
/// <param name="directory">The folder; null to keep nothing.</param>
/// <param name="kernel">The kernel and its tools.</param>
/// <param name="source">The kernel's source.</param>
internal sealed class OriginalCache(string? directory, KernelCache kernel, KernelSource source)
{
    // What changes when what is kept under a hash does.
    private const string Format = "klp-original 4";

    private readonly ConcurrentDictionary<string, string> stamps = new(StringComparer.Ordinal);

    /// <summary>The hash of what an original is made from.</summary>
    /// <param name="unit">The object.</param>
    /// <param name="tree">The kernel's own object.</param>
    /// <param name="header">A header that it is compiled with besides; null without one.</param>
    internal string KeyOf(KernelUnit unit, byte[] tree, string? header)
    {
        StringBuilder text = new(Format);
        text.Append('\n').Append(source.BuildDirectory).Append('\n').Append(source.Root);
        text.Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(tree)));
        text.Append('\n').AppendJoin('\0', unit.Command);
        // One that the build made is in the build directory.
        string own = Path.Combine(source.Root, unit.Source);
        IEnumerable<string> files = unit.Dependencies.Select(source.Locate)
            .Append(File.Exists(own) ? own : source.Locate(unit.Source))
            .Concat(kernel.Tools);
        foreach (string file in header is null ? files : files.Append(header))
            text.Append('\n').Append(stamps.GetOrAdd(file, Stamp));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What is kept under a hash, or null.</summary>
    internal byte[]? Find(string key)
    {
        if (PathOf(key) is not { } path || !File.Exists(path))
            return null;
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            // What is used stays when old ones are removed.
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            return bytes;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps an original whose proof held.</summary>
    internal void Store(string key, byte[] original)
    {
        if (PathOf(key) is not { } path)
            return;
        try
        {
            AtomicFile.WriteAllBytes(path, original);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written is none.
        }
    }

    /// <summary>Removes what nobody has used for a month.</summary>
    internal void Prune()
    {
        if (directory is null || !Directory.Exists(directory))
            return;
        try
        {
            DateTime oldest = DateTime.UtcNow.AddDays(-30);
            foreach (FileInfo file in new DirectoryInfo(directory).EnumerateFiles("*.o").Where(file => file.LastWriteTimeUtc < oldest))
                file.Delete();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Another build is at it.
        }
    }

    private string? PathOf(string key) => directory is null ? null : Path.Combine(directory, key + ".o");

    private static string Stamp(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{path} {file.LastWriteTimeUtc.Ticks} {file.Length}") : path;
    }
}
