using System.Collections.Concurrent;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Toolchain;

namespace Klp.Kbuild.Patching;

/// <summary>Runs recorded commands, with all that they write in a folder of ours.</summary>
internal sealed class UnitCompile(UnitCompilerRequest request)
{
    private readonly Dictionary<string, string?> environment =
        KbuildEnvironment.Changes(request.WorkDirectory, request.EnvironmentVariables);

    /// <summary>Compiles the source of an object.</summary>
    /// <param name="unit">The object.</param>
    /// <param name="isPatched">True to read the patched source, false for the kernel's own.</param>
    /// <param name="kind">What it is to give.</param>
    /// <param name="cancellation">Ends the compiler.</param>
    /// <param name="preamble">Source that is read before the unit's own.</param>
    /// <exception cref="IOException">The compiler cannot be started, or what it made cannot be read.</exception>
    internal CompileOutput Run(
        KernelUnit unit, bool isPatched, UnitOutput kind, CancellationToken cancellation, string preamble = "")
    {
        string name = $"{(isPatched ? "patched" : "original")}{(kind == UnitOutput.Sections ? ".sections" : "")}";
        string folder = Path.Combine(request.WorkDirectory, unit.Object);
        Directory.CreateDirectory(folder);
        string extension = kind is UnitOutput.Preprocessed or UnitOutput.Expanded ? ".i" : ".o";
        string output = Path.Combine(folder, name + extension), list = output + ".d";
        File.Delete(output);
        File.Delete(list);
        string directory = isPatched ? request.Overlay.WorkingDirectory : request.Source.BuildDirectory;
        string? header = null;
        if (preamble.Length > 0)
        {
            header = Path.GetFullPath(Path.Combine(folder, name + ".h"));
            File.WriteAllText(header, preamble);
        }

        IReadOnlyList<string> words = new UnitCommand(unit, request.Source).Words(RootOf(isPatched), output, list, kind, header);
        string[] command = [.. request.Launcher.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. words];
        string program = command[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command[0], directory) : command[0];
        if (ExecutableSearch.Find(program) is not { } file)
            throw new IOException($"{program}, which compiled {unit.Object} as the build recorded, is not installed.");
        ConcurrentQueue<string> errors = new();
        using ProcessGroup group = new(file, command[1..], environment) { WorkingDirectory = directory };
        int exitCode = group.Run(_ => { }, errors.Enqueue, cancellation);
        bool isDone = exitCode == 0 && File.Exists(output);
        IReadOnlyList<string> read = File.Exists(list) ? MakeDependencies.Read(File.ReadAllText(list)) : [];
        return new CompileOutput(isDone ? File.ReadAllBytes(output) : null, [.. errors], read, directory);
    }

    // In its place the source is named as it was.
    private string RootOf(bool isPatched) => isPatched ? request.Overlay.Root
        : request.Source.IsInPlace ? request.Source.RecordedRoot : request.Source.Root;
}
