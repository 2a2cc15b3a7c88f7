namespace Klp.Livepatch.Manifest;

/// <summary>A unit of the kernel: an object of its build, and what became of it.</summary>
/// <param name="Unit">The object, relative to the build directory: <c>fs/proc/version.o</c>.</param>
/// <param name="Source">Its source, from the root of the kernel's.</param>
/// <param name="ObjectName"><c>vmlinux</c> or the run-time name of the module that it is linked into.</param>
/// <param name="Proof">How it is known that what was compiled is what runs, in sentences.</param>
/// <param name="Functions">The functions of it that are replaced; none where the patches do not change what it does.</param>
public sealed record ManifestUnit(
    string Unit, string Source, string ObjectName, string Proof, IReadOnlyList<ManifestUnitFunction> Functions);
