using Klp.Boot.Host;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Facts;
using Klp.Kernel.Modules;

namespace Klp.Boot.Livepatch;

/// <summary>What a .ko says of itself in its .modinfo section.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">The module's name, with '_'.</param>
/// <param name="Depends">The names of the modules that have to be loaded before it, with '_'.</param>
internal sealed record ModuleFile(string Path, string Name, IReadOnlyList<string> Depends)
{
    /// <summary>Reads a module, which may be compressed.</summary>
    /// <exception cref="BootSetupException">It is not there, or not a 64-bit module.</exception>
    public static ModuleFile Read(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!File.Exists(path))
            throw new BootSetupException(BootSetupProblem.ModuleNotFound, $"There is no module '{path}'.", "Build it, or mend the path.");

        ModuleInfo info = ReadInfo(path);
        if (info.Entries.Count == 0)
            throw NotAModule(path, "it has no .modinfo", null);
        string[] depends = (info.Find("depends") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        return new ModuleFile(path, ModuleName.FromPath(info.Find("name") ?? path), [.. depends.Select(ModuleName.FromPath)]);
    }

    private static ModuleInfo ReadInfo(string path)
    {
        try
        {
            using ElfImage module = ModuleImage.Open(path);
            return ModuleInfo.Read(module);
        }
        catch (Exception e) when (e is ElfFormatException or InvalidDataException)
        {
            throw NotAModule(path, e.Message, e);
        }
    }

    private static BootSetupException NotAModule(string path, string reason, Exception? cause) =>
        new(BootSetupProblem.ModuleNotFound, $"'{path}' is not a kernel module: {reason}.", "Name a .ko.", cause);
}
