using Klp.Elf.Model;
using Klp.Patching.Diff;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>An object on its way through the compiles.</summary>
internal sealed class UnitWork(KernelUnit unit, byte[] tree)
{
    // Of the object no more than these is kept: a header's patch has hundreds of units.
    private readonly Lazy<(IReadOnlySet<string> Kept, IReadOnlySet<string> Constants)> variables = new(() =>
    {
        ElfObject read = ElfObject.Read(tree, unit.Object);
        return (SharedVariables.NamesIn(read), RuntimeConstants.VariablesIn(read));
    });

    internal KernelUnit Unit { get; } = unit;

    internal byte[] Tree { get; } = tree;

    /// <summary>Variables that what refers to them is to name in objects with sections.</summary>
    internal IReadOnlySet<string> KeptNames => variables.Value.Kept;

    /// <summary>Variables that the kernel's object has runtime constants of.</summary>
    internal IReadOnlySet<string> ConstantVariables => variables.Value.Constants;

    /// <summary>The header by which these are read, for what is compiled with sections; null where they stay constants.</summary>
    internal string? GenericHeader { get; set; }

    /// <summary>The hash of what the original is made from.</summary>
    internal string Key { get; set; } = "";

    internal CompileOutput? PatchedPlain { get; set; }

    internal CompileOutput? OriginalPlain { get; set; }

    internal CompileOutput? PatchedSections { get; set; }

    internal CompileOutput? OriginalSections { get; set; }

    /// <summary>The original that was compiled with sections earlier, and proved then.</summary>
    internal byte[]? Cached { get; set; }

    /// <summary>The exported symbols whose CRC the patch changes.</summary>
    internal IReadOnlyList<VersionChange> VersionChanges { get; set; } = [];

    /// <summary>Why the CRCs are not known; null where they are.</summary>
    internal string? VersionProblem { get; set; }

    /// <summary>How the patched source's object differs from the kernel's.</summary>
    internal ObjectDifference? Difference { get; set; }
}
