namespace Klp.Kernel.Facts;

/// <summary>
/// The path of a source file in the kernel's source, such as fs/proc/inode.c, of what a compiler was called with. That may be
/// relative to a build directory elsewhere, or absolute on the machine that built it.
/// </summary>
internal static class KernelSourcePath
{
    private static readonly HashSet<string> TopFolders = new(StringComparer.Ordinal)
    {
        "arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel", "lib", "mm", "net",
        "rust", "samples", "security", "sound", "usr", "virt",
    };

    /// <summary>The path in the kernel's source; the path as it is where none of its folders is the kernel's.</summary>
    /// <param name="path">The source file as the compiler was given it, with slashes.</param>
    /// <param name="directory">The directory in which the compiler ran (DW_AT_comp_dir), or null.</param>
    internal static string Of(string path, string? directory)
    {
        List<string> parts = [.. path.Split('/').Where(part => part is not ("" or "." or ".."))];
        // What both have in common is where the build was, and may itself have a folder "kernel".
        int common = path.StartsWith('/') && directory is not null ? CommonParts(parts, directory) : 0;
        int top = parts.FindIndex(common, TopFolders.Contains);
        return top < 0 || top == parts.Count - 1 ? path : string.Join('/', parts[top..]);
    }

    private static int CommonParts(List<string> parts, string directory)
    {
        string[] folders = directory.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int common = 0;
        while (common < folders.Length && common < parts.Count - 1 && folders[common] == parts[common])
            common++;
        return common;
    }
}
