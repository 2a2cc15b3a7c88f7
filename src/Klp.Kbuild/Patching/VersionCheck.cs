using Klp.Kernel.Trees;
using System.Text;
using Klp.Kbuild.Processes;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Finds the exported symbols whose CRC a patch changes, with the genksyms that the kernel was built with. The CRC of the
/// patched source is compared with the one that the kernel's build recorded; where it differs, that of the original has to be
/// the recorded one: then the program does here what it did there.
/// </summary>
/// <param name="request">What the units are compiled with.</param>
/// <param name="compile">Compiles, or only preprocesses.</param>
internal sealed class VersionCheck(UnitCompilerRequest request, UnitCompile compile)
{
    private readonly string program = Path.Combine(request.Source.BuildDirectory, "scripts/genksyms/genksyms");
    private readonly string otherProgram = Path.Combine(request.Source.BuildDirectory, "scripts/gendwarfksyms/gendwarfksyms");

    /// <summary>Compares the CRCs of all units that export something from C.</summary>
    internal void Run(IReadOnlyList<UnitWork> works, CancellationToken cancellation)
    {
        // CONFIG_GENDWARFKSYMS has other CRCs, from debug information; then the types alone are compared.
        if (!File.Exists(program) && File.Exists(otherProgram))
            return;
        WorkerThreads.Run(
            [.. works.Where(work => work.Unit is { IsPatchable: true, Versions.Count: > 0 }).DistinctBy(work => work.Unit.Object)
                .Select(work => (Action)(() => Check(work, cancellation)))],
            cancellation);
    }

    private void Check(UnitWork work, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, uint> recorded = work.Unit.Versions;
        if (!File.Exists(program))
        {
            work.VersionProblem = $"{program} is missing. Build it: {KernelMake.Command(request.Source.BuildDirectory, "scripts")}";
            return;
        }

        if (Read(work, isPatched: true, cancellation) is not { } patched)
            return;
        string[] changed = [.. recorded.Keys.Where(name => patched.Crcs.TryGetValue(name, out uint crc) && crc != recorded[name])];
        if (changed.Length == 0 || Read(work, isPatched: false, cancellation) is not { } original)
            return;
        if (changed.FirstOrDefault(name => original.Crcs.GetValueOrDefault(name) != recorded[name]) is { } other)
        {
            work.VersionProblem = $"genksyms gives {other} without the patch the CRC 0x{original.Crcs.GetValueOrDefault(other):x8}, and "
                + $"the kernel's build gave it 0x{recorded[other]:x8}. Build the kernel again with what is installed here";
            return;
        }

        work.VersionChanges =
        [
            .. changed.Select(name => (Name: name, Cause: SymbolVersions.CauseOf(name, original, patched)))
                .Where(pair => pair.Cause is not null)
                .Select(pair => new VersionChange(pair.Name, recorded[pair.Name], patched.Crcs[pair.Name], pair.Cause!)),
        ];
    }

    private SymbolVersions? Read(UnitWork work, bool isPatched, CancellationToken cancellation)
    {
        CompileOutput source = compile.Run(work.Unit, isPatched, UnitOutput.Preprocessed, cancellation);
        if (source.Object is not { } bytes)
        {
            string problem = source.Errors is [.., var last] ? last : "the compiler failed";
            work.VersionProblem = $"its source cannot be preprocessed{(isPatched ? "" : " without the patch")}: {problem}. "
                + "Use the compiler that the kernel was built with";
            return null;
        }

        string types = Path.Combine(request.WorkDirectory, work.Unit.Object, isPatched ? "patched.types" : "original.types");
        File.Delete(types);
        // Not a thread of the pool: see WorkerThreads.
        (int exitCode, string printed) = HostProgram
            .RunAsync(program, ["-T", types], Encoding.UTF8.GetString(bytes), cancellation).GetAwaiter().GetResult();
        if (exitCode == 0 && File.Exists(types))
            return SymbolVersions.Read(printed.Split('\n'), File.ReadLines(types));
        work.VersionProblem = $"{program} fails: {(printed.Trim() is { Length: > 0 } said ? said : "it says nothing")}. "
            + $"Build it anew: {KernelMake.Command(request.Source.BuildDirectory, "scripts")}";
        return null;
    }
}
