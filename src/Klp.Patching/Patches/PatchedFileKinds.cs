namespace Klp.Patching.Patches;

/// <summary>Tells by their names what files of the kernel's source are.</summary>
internal static class PatchedFileKinds
{
    private static readonly string[] UnrelatedFolders = ["Documentation/", "LICENSES/", "tools/"];
    private static readonly string[] UnrelatedNames =
    [
        "MAINTAINERS", "CREDITS", "COPYING", "README",
        ".mailmap", ".gitignore", ".gitattributes", ".clang-format", ".get_maintainer.ignore",
    ];

    private const string BuildFolder = "scripts/";

    // From these an object is generated, whatever their names end in.
    private static readonly string[] GeneratedFrom = ["arch/x86/lib/x86-opcode-map.txt"];

    /// <summary>What a file is.</summary>
    /// <param name="path">Its path from the root of the source.</param>
    internal static PatchedFileKind Of(string path) => Path.GetExtension(path) switch
    {
        _ when UnrelatedFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) => PatchedFileKind.Unrelated,
        _ when UnrelatedNames.Contains(Path.GetFileName(path)) => PatchedFileKind.Unrelated,
        _ when GeneratedFrom.Contains(path) => PatchedFileKind.Unsupported,
        ".rst" or ".txt" => PatchedFileKind.Unrelated,
        _ when BuildDescriptions.Contains(path) => PatchedFileKind.BuildDescription,
        _ when path.StartsWith(BuildFolder, StringComparison.Ordinal) => PatchedFileKind.Unsupported,
        ".S" => PatchedFileKind.Assembler,
        ".c" => PatchedFileKind.Source,
        ".h" => PatchedFileKind.Header,
        _ => PatchedFileKind.Unsupported,
    };

    /// <summary>What a file is that no livepatch can carry, as a sentence has it.</summary>
    internal static string Describe(string path)
    {
        string name = Path.GetFileName(path);
        return Path.GetExtension(path) switch
        {
            _ when path.StartsWith(BuildFolder, StringComparison.Ordinal) =>
                "run by the kernel's build: what it changes needs a new build of the kernel",
            ".s" => "assembler, and a livepatch replaces functions of C",
            ".dts" or ".dtsi" or ".dtso" => "a device tree, which the kernel has read when it started",
            ".rs" => "Rust, and a livepatch replaces functions of C",
            _ when name.StartsWith("Makefile", StringComparison.Ordinal) || name.StartsWith("Kbuild", StringComparison.Ordinal) =>
                "a makefile: what it changes needs a new build of the kernel",
            _ when name.StartsWith("Kconfig", StringComparison.Ordinal) || name.EndsWith("defconfig", StringComparison.Ordinal) =>
                "a part of the configuration: what it changes needs a new build of the kernel",
            _ => "neither a C source nor a header, so it is not known what the kernel's build makes of it",
        };
    }
}
