using Klp.Kbuild.Processes;

namespace Klp.Kbuild.Disassembly;

/// <summary>Disassembles objects with the objdump that belongs to the compiler of a kernel.</summary>
/// <param name="file">The program's file.</param>
public sealed class Disassembler(string file)
{
    /// <summary>The name of the objdump beside a kernel's compiler.</summary>
    /// <param name="crossCompile">The value of <c>CROSS_COMPILE=</c>; empty for none.</param>
    /// <param name="llvm">The value of <c>LLVM=</c>; empty for a kernel that gcc built.</param>
    public static string NameFor(string crossCompile, string llvm)
    {
        ArgumentNullException.ThrowIfNull(llvm);
        return llvm.Length == 0 ? crossCompile + "objdump" : "llvm-objdump" + (llvm.StartsWith('-') ? llvm : "");
    }

    /// <summary>Finds the objdump beside a kernel's compiler; null where it is not installed.</summary>
    /// <param name="crossCompile">The value of <c>CROSS_COMPILE=</c>; empty for none.</param>
    /// <param name="llvm">The value of <c>LLVM=</c>; empty for a kernel that gcc built.</param>
    public static Disassembler? Find(string crossCompile, string llvm) =>
        ExecutableSearch.Find(NameFor(crossCompile, llvm)) is { } found ? new Disassembler(found) : null;

    /// <summary>Disassembles sections.</summary>
    /// <param name="path">The object.</param>
    /// <param name="sections">The names of the sections.</param>
    /// <param name="cancellation">Ends the program.</param>
    /// <returns>The instructions of each section that has any, in their order; null where the program fails.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<Instruction>>? Run(
        string path, IEnumerable<string> sections, CancellationToken cancellation)
    {
        SectionReader reader = new();
        // -z: without it binutils leaves out zeros, and then what comes behind them has no place.
        string[] arguments = ["-d", "-z", "--no-show-raw-insn", .. sections.SelectMany(section => new[] { "-j", section }), path];
        using ProcessGroup group = new(file, arguments, new Dictionary<string, string?> { ["LC_ALL"] = "C" });
        return group.Run(reader.Read, _ => { }, cancellation) == 0 ? reader.Sections : null;
    }
}
