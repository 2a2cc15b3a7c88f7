using Klp.Elf.Constants;

namespace Klp.Livepatch.Modules;

/// <summary>A section of a module that the kernel treats in a way of its own, as data.</summary>
/// <param name="Name">Its name; the start of its name with a <c>*</c> at the end.</param>
/// <param name="Treatment">What happens to it.</param>
/// <param name="Purpose">What the kernel reads it for, as in "reads the section to …"; empty for those that it does not read.</param>
internal sealed record LoaderSection(string Name, LoaderTreatment Treatment, string Purpose)
{
    /// <summary>The machine whose kernel knows it; null for all.</summary>
    internal ElfMachine? Machine { get; init; }

    /// <summary>True for a section of that name in a module of that machine.</summary>
    internal bool Is(ElfMachine machine, string name) => (Machine is null || Machine == machine)
        && (Name.EndsWith('*') ? name.StartsWith(Name[..^1], StringComparison.Ordinal) : name == Name);
}
