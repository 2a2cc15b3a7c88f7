using Klp.Kbuild.Building;
using Klp.Kernel.Compression;

namespace Klp.Tool.Commands;

/// <summary>What <c>--output</c> names: the file of a module, or a folder in which each kernel's release has one.</summary>
/// <param name="Path">The option's argument.</param>
internal sealed record BuildOutput(string Path)
{
    private const string ModuleExtension = ".ko";

    /// <summary>True of a folder: one that is there, or a name that ends with a slash.</summary>
    internal bool IsFolder => Path.EndsWith('/') || Directory.Exists(Path);

    /// <summary>How a file's name says that the module is compressed; null of a name that is no module's.</summary>
    internal ModuleCompression? Compression
    {
        get
        {
            foreach (ModuleCompression compression in Enum.GetValues<ModuleCompression>())
            {
                if (Path.EndsWith(ModuleExtension + CompressionNames.Extension(compression), StringComparison.Ordinal))
                    return compression;
            }

            return null;
        }
    }

    /// <summary>The name of the module that a file's name suggests.</summary>
    internal string ModuleName
    {
        get
        {
            string name = System.IO.Path.GetFileName(Path);
            int end = name.LastIndexOf(ModuleExtension, StringComparison.Ordinal);
            return end < 0 ? name : name[..end];
        }
    }

    /// <summary>The manifest's file beside a module.</summary>
    internal static string ManifestOf(string module)
    {
        int end = module.LastIndexOf(ModuleExtension, StringComparison.Ordinal);
        return module[..end] + ".klp.json";
    }

    /// <summary>The file of a kernel's module in a folder.</summary>
    internal string InFolder(string release, string moduleName, ModuleCompression compression) =>
        System.IO.Path.Combine(Path, release, moduleName + ModuleExtension + CompressionNames.Extension(compression));
}
