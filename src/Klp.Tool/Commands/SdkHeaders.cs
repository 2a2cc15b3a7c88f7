using System.Reflection;
using Klp.Kernel.Files;

namespace Klp.Tool.Commands;

/// <summary>
/// The headers that sources include as <c>&lt;klp/….h&gt;</c>. The command has them in itself, as it may be a single file.
/// </summary>
internal static class SdkHeaders
{
    private const string Prefix = "include/";

    /// <summary>Writes them.</summary>
    /// <param name="folder">The folder for them; made where it is not there.</param>
    /// <returns>The folder that compilers are told of.</returns>
    /// <exception cref="IOException">They cannot be written.</exception>
    internal static string WriteTo(string folder)
    {
        Assembly assembly = typeof(SdkHeaders).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using MemoryStream header = new();
            using (Stream resource = assembly.GetManifestResourceStream(name)!)
                resource.CopyTo(header);
            // In a folder that is kept, what includes it would be compiled anew.
            AtomicFile.WriteIfDifferent(Path.Combine(folder, name[Prefix.Length..]), header.ToArray());
        }

        return folder;
    }
}
