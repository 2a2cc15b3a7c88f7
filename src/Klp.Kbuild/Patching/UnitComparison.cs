using Klp.Elf.Constants;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>Compares what two compiles of a unit gave, by what the kernel's build makes of it.</summary>
internal static class UnitComparison
{
    /// <summary>Compares them.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="original">What the kernel's own source gave.</param>
    /// <param name="made">What another compile gave.</param>
    /// <returns>The first difference that counts; null where there is none.</returns>
    internal static ObjectDifference? Find(KernelUnit unit, byte[] original, byte[] made)
    {
        switch (unit.Language)
        {
            case UnitLanguage.HeaderConstants:
                return HeaderConstants.Compare(original, made);
            case UnitLanguage.LinkerScript:
                return LinkerScript.Compare(original, made);
            case UnitLanguage.HostProgram:
                return original.AsSpan().SequenceEqual(made)
                    ? null
                    : new ObjectDifference(null, null, 0, "it has another code or other data");
            default:
                return FindInObjects(unit, original, made);
        }
    }

    private static ObjectDifference? FindInObjects(KernelUnit unit, byte[] original, byte[] made)
    {
        try
        {
            return ObjectComparison.Find(original, made, unit.Object);
        }
        catch (ElfFormatException problem)
        {
            return new ObjectDifference(null, null, 0, problem.Message);
        }
    }
}
