using Klp.Kbuild.Processes;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>Where the source of a built kernel is, and how the build's own records name it.</summary>
public sealed class KernelSource
{
    // Every kernel has it; that it was compiled says that the others were, too.
    private const string Witness = "init/main.c";
    private const string WitnessObject = "init/main.o";

    private readonly string recordedFullRoot;

    private KernelSource(string buildDirectory, string recordedRoot, string root)
    {
        BuildDirectory = buildDirectory;
        RecordedRoot = recordedRoot;
        recordedFullRoot = Path.GetFullPath(recordedRoot.Length == 0 ? "." : recordedRoot, buildDirectory);
        Root = root;
    }

    /// <summary>The build directory, as an absolute path.</summary>
    public string BuildDirectory { get; }

    /// <summary>The source, as an absolute path.</summary>
    public string Root { get; }

    /// <summary>
    /// The source as the recorded commands name it: an absolute path; empty for a build in the source; <c>..</c> for one in a
    /// folder of it.
    /// </summary>
    public string RecordedRoot { get; }

    /// <summary>True where the commands name the source relative to the build directory, which is in the source.</summary>
    public bool IsRelative => !Path.IsPathRooted(RecordedRoot);

    /// <summary>True where the commands find the source where it is.</summary>
    public bool IsInPlace => RealPath.Of(recordedFullRoot) == RealPath.Of(Root);

    /// <summary>Finds the source of a kernel.</summary>
    /// <param name="buildDirectory">The build directory.</param>
    /// <param name="sourceDirectory">Where the user says that the source is; null where he does not.</param>
    /// <param name="diagnostics">Receives what is missing.</param>
    /// <returns>The source; null after an error.</returns>
    public static KernelSource? Find(string buildDirectory, string? sourceDirectory, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(buildDirectory);
        ArgumentNullException.ThrowIfNull(diagnostics);
        string build = Path.GetFullPath(buildDirectory);
        string witness = Path.Combine(build, WitnessObject);
        if (CommandFile.Command(witness) is null)
        {
            diagnostics.Add(UnitMessages.CommandsMissing(build, CommandFile.PathOf(witness)));
            return null;
        }

        if (CommandFile.Source(witness) is not { } source || !source.EndsWith(Witness, StringComparison.Ordinal))
        {
            diagnostics.Add(UnitMessages.CommandsMalformed(CommandFile.PathOf(witness)));
            return null;
        }

        string recorded = source[..^Witness.Length].TrimEnd('/');
        if (recorded.Length == 0 && source[0] == '/')
            recorded = "/";
        KernelSource InPlace(string root) => new(build, recorded, root);
        string[] candidates =
        [
            // A relative one is where it is: all that the commands name is there.
            .. sourceDirectory is { Length: > 0 } && Path.IsPathRooted(recorded) ? new[] { Path.GetFullPath(sourceDirectory) } : [],
            Path.GetFullPath(recorded.Length == 0 ? "." : recorded, build),
            Path.Combine(build, "source"),
        ];
        // A folder that the user names is the only one to look at.
        if (sourceDirectory is { Length: > 0 } && Path.IsPathRooted(recorded))
            candidates = candidates[..1];
        string? root = candidates.FirstOrDefault(IsSource);
        if (root is null)
            diagnostics.Add(UnitMessages.SourceMissing(build, candidates[0]));
        return root is null ? null : InPlace(RealPath.Of(root));
    }

    /// <summary>
    /// The path from the source's root of a file that a command or a dependency list names; null for what is not in the source.
    /// </summary>
    /// <param name="path">The path, which starts from the build directory where it is relative.</param>
    internal string? RelativePath(string path)
    {
        string full = Path.GetFullPath(path, BuildDirectory);
        foreach (string root in new[] { recordedFullRoot, Root })
        {
            if (full.StartsWith(root + "/", StringComparison.Ordinal))
                return full[(root.Length + 1)..];
        }

        return null;
    }

    /// <summary>Where a file that a command or a dependency list names is, as an absolute path.</summary>
    /// <param name="path">The path, which starts from the build directory where it is relative.</param>
    internal string Locate(string path) =>
        RelativePath(path) is { } relative ? Path.Combine(Root, relative) : Path.GetFullPath(path, BuildDirectory);

    private static bool IsSource(string folder) =>
        File.Exists(Path.Combine(folder, Witness)) && File.Exists(Path.Combine(folder, "Kbuild"));
}
