namespace Klp.Livepatch.Tests.Support;

/// <summary>A module to compile; <see cref="LivepatchHeader"/> is included in each of its files.</summary>
public sealed record KbuildModule(string Name, params SourceFile[] Sources)
{
    /// <summary>A module of one file.</summary>
    public KbuildModule(string name, string source)
        : this(name, new SourceFile($"{name}.c", source))
    {
    }

    /// <summary>Options for the compiler, besides those of all modules.</summary>
    public string Options { get; init; } = "";

    /// <summary>The module's lines of the Kbuild file.</summary>
    internal string KbuildLines()
    {
        string[] parts = [.. Sources.Select(source => Path.ChangeExtension(source.Name, ".o"))];
        string options = string.Concat(parts.Select(part => $"CFLAGS_{part} := {Options}\n"));
        string composition = parts is [var only] && only == $"{Name}.o" ? "" : $"{Name}-y := {string.Join(' ', parts)}\n";
        return $"obj-m += {Name}.o\n{composition}{options}";
    }
}
