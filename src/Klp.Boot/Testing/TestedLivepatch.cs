using Klp.Boot.Host;
using Klp.Boot.Livepatch;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Facts;
using Klp.Livepatch.Modules;

namespace Klp.Boot.Testing;

/// <summary>A livepatch with what its tables say that it patches.</summary>
/// <param name="File">Its module.</param>
/// <param name="Targets">The names of the modules that it patches, or only has callbacks for.</param>
/// <param name="OnceOnly">Those of the targets that the kernel refuses to load again while the livepatch is in force.</param>
/// <param name="Functions">The patched functions; empty where the module makes its tables as it runs.</param>
internal sealed record TestedLivepatch(
    ModuleFile File, IReadOnlyList<string> Targets, IReadOnlyList<string> OnceOnly, IReadOnlyList<TestedFunction> Functions)
{
    /// <summary>Reads a livepatch.</summary>
    /// <exception cref="BootSetupException">It is not there, or not a module.</exception>
    public static TestedLivepatch Read(string path)
    {
        ModuleFile file = ModuleFile.Read(path);
        try
        {
            // Of the tables only names and functions count, which have one place in all layouts.
            LivepatchModule module = LivepatchModule.Of(ElfObject.Read(CompressedFile.ReadAllBytes(file.Path), file.Path), null);
            LivepatchTables tables = module.Tables;
            return new TestedLivepatch(file, [.. tables.ModuleNames], [.. tables.ModuleNames.Where(target => IsOnceOnly(module, target))],
            [
                .. from patched in tables.Objects
                   from function in patched.Functions
                   select new TestedFunction(file.Name, patched.Name, function.OldName, function.Sympos),
            ]);
        }
        catch (ElfFormatException e)
        {
            throw new BootSetupException(
                BootSetupProblem.ModuleNotFound, $"'{path}' is not a kernel module: {e.Message}.", "Name a .ko.", e);
        }
    }

    // Only x86's module loader minds what stands where it relocates.
    private static bool IsOnceOnly(LivepatchModule module, string target) => module.File.Header.Machine == ElfMachine.X8664
        && KernelVersion.TryParse(module.Info.Find("vermagic") ?? "", out KernelVersion version)
        && !KernelDialect.For(version).ClearsRelocations
        && module.File.RelocationSections.Any(
            section => section.Name.StartsWith($"{LivepatchNames.RelocationSectionPrefix}{target}.", StringComparison.Ordinal));
}
