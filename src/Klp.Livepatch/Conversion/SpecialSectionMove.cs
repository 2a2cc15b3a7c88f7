using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Conversion;

/// <summary>
/// An entry of a special section that moves to <c>.klp.arch.object.section</c>, so that the kernel rewrites the entry's code
/// after it has applied the object's livepatch relocations (arch_klp_init_object_loaded of x86 from 4.9 to 5.7).
/// </summary>
/// <param name="Entry">The entry.</param>
/// <param name="PatchedObject">The object whose loading applies it.</param>
public sealed record SpecialSectionMove(SpecialSectionEntry Entry, string PatchedObject);
