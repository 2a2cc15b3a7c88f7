using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Stages;

/// <summary>Which sources kbuild makes objects of (scripts/Makefile.build, its rules <c>%.o: %.c</c> and <c>%.o: %.S</c>).</summary>
public static class SourceKind
{
    /// <summary>Why a file can be no source of a livepatch, in sentences, or null when it can.</summary>
    public static string? Problem(string path)
    {
        string name = Path.GetFileName(path);
        string? advice = Path.GetExtension(name) switch
        {
            ".c" or StageLayout.AssemblerExtension => null,
            ".s" => "The kernel has its assembler sources preprocessed: rename it to .S.",
            ".C" => "The kernel knows no C++: rename it to .c.",
            ".cc" or ".cpp" or ".cxx" => "The kernel knows no C++: write it in C.",
            ".h" or ".inc" => $"What other sources include is found by itself: take the {HostWord.Item} away; its directory is named with "
                + $"{HostWord.IncludeDirectories}.",
            ".o" or ".a" => "What was compiled elsewhere is not for this kernel: name its sources instead.",
            ".rs" => "The kernel's Rust code cannot be livepatched: write the new functions in C.",
            ".ko" => $"A module that the livepatch patches or uses is named with {HostWord.ExternalModule}.",
            _ => $"Take the {HostWord.Item} away.",
        };
        return advice is null
            ? null
            : $"The {HostWord.Source} {path} is no source that the kernel compiles: a livepatch is made of C sources (.c) and assembler "
                + $"sources (.S). {advice}";
    }
}
