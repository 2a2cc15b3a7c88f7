using Klp.Kernel.Diagnostics;

namespace Klp.Kernel.Files;

/// <summary>A file of the kernel that only root may read: some distributions, such as Ubuntu, install the image so.</summary>
public static class UnreadableFile
{
    /// <summary>True for a file that is there and may not be read.</summary>
    /// <param name="path">The file.</param>
    public static bool Is(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return File.Exists(path);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Says so, with the ways out; holds places for words of the host (<see cref="HostWord"/>).</summary>
    /// <param name="path">The file.</param>
    public static string Describe(string path) =>
        $"The kernel's file {path} may be read by root only, as the distribution installs it. Let others read it: sudo chmod +r "
        + $"{path}, and, so that an update of a Debian or Ubuntu kernel keeps it, sudo dpkg-statoverride --update --add root root 0644 "
        + $"{path}. Or have root write the symbol database, sudo klp symbols --kallsyms /proc/kallsyms --modules "
        + $"/lib/modules/$(uname -r) -o symbols.klp, and name it with {HostWord.Database}; booting the kernel in a test needs the "
        + "file all the same.";
}
