using System.Diagnostics.CodeAnalysis;

namespace Klp.Kbuild.Patching;

/// <summary>An object of a kernel's build that is made from a file of a patch.</summary>
public sealed record KernelUnit
{
    /// <summary>The object, relative to the build directory: <c>fs/proc/version.o</c>.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is an object file.")]
    public required string Object { get; init; }

    /// <summary>
    /// Its source, relative to the source's root (one that the build made: to the build directory): <c>fs/proc/version.c</c>.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>What the source is written in.</summary>
    public required UnitLanguage Language { get; init; }

    /// <summary><c>vmlinux</c>, or the run-time name of the module that the object is linked into; empty for neither.</summary>
    public required string ObjectName { get; init; }

    /// <summary>What the object belongs to where <see cref="ObjectName"/> is empty, in words such as <c>the vDSO</c>; else null.</summary>
    public string? Image { get; init; }

    /// <summary>The files of the patch that it is made from, relative to the source's root.</summary>
    public required IReadOnlyList<string> Touched { get; init; }

    /// <summary>The recorded command, split into words.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What it was made from, as the build recorded it; paths as the compiler named them.</summary>
    public required IReadOnlyList<string> Dependencies { get; init; }

    /// <summary>The CRCs of the symbols that it exports, as the build recorded them; none without CONFIG_MODVERSIONS.</summary>
    public IReadOnlyDictionary<string, uint> Versions { get; init; } = new Dictionary<string, uint>();

    /// <summary>True for C that is linked into vmlinux or a module: what a livepatch can replace functions of.</summary>
    public bool IsPatchable => ObjectName.Length > 0 && Language == UnitLanguage.C;
}
