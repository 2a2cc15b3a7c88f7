using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kbuild.Output;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Finds out what there is to say of compiles: in the patched source at its lines, and why an original is not the kernel's.
/// </summary>
internal sealed class UnitFindings(UnitCompilerRequest request)
{
    private readonly Dictionary<string, OverlaidFile> files = request.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    // By their real paths. New files have none.
    private readonly Dictionary<string, string> originals = request.Files.Where(file => !file.IsNew)
        .GroupBy(file => RealPath.Of(Path.Combine(request.Source.Root, file.Path)), file => file.Path, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    private readonly Dictionary<string, string> realFolders = new(StringComparer.Ordinal);

    /// <summary>Where in the patch an object is concerned.</summary>
    internal SourcePlace? PlaceOf(KernelUnit unit) =>
        unit.Touched.Select(path => files.GetValueOrDefault(path)?.FirstChange).FirstOrDefault(place => place is not null);

    /// <summary>Says what the compiler said of the patched source, and checks that it read no original.</summary>
    internal void CheckPatched(UnitWork work, DiagnosticBag diagnostics)
    {
        if (work.PatchedPlain is { } output)
            Check(work.Unit, output, diagnostics);
    }

    /// <summary>The same of the compile with sections.</summary>
    internal void CheckPatchedSections(UnitWork work, DiagnosticBag diagnostics)
    {
        if (work.PatchedSections is { } output)
            Check(work.Unit, output, diagnostics);
    }

    /// <summary>Says that the recorded command does not give the kernel's object, and why that may be.</summary>
    internal Diagnostic OriginalDiffers(UnitWork work, byte[] made, ObjectDifference difference)
    {
        string? recorded = CompilerOf(work.Tree), found = CompilerOf(made);
        bool isOtherCompiler = recorded is not null && found is not null && recorded != found;
        return UnitMessages.OriginalDiffers(
            PlaceOf(work.Unit), work.Unit, difference,
            isOtherCompiler ? recorded : null, isOtherCompiler ? found : null, NewerInput(work.Unit));
    }

    /// <summary>Says that the recorded command fails on the original.</summary>
    internal Diagnostic OriginalFails(UnitWork work)
    {
        CompileOutput failed = work.OriginalPlain!.Object is null ? work.OriginalPlain : work.OriginalSections!;
        if (MachineFault.Find(failed.Errors) is { } fault)
            return NotDone(work.Unit, fault);
        string first = failed.Errors.Count > 0 ? failed.Errors[0] : "";
        string line = failed.Errors.FirstOrDefault(error => error.Contains("error", StringComparison.Ordinal)) ?? first;
        return UnitMessages.OriginalFails(PlaceOf(work.Unit), work.Unit, line);
    }

    /// <summary>
    /// The compilers that an object names as those it was made by; null where it names none. .comment has a string for each.
    /// </summary>
    internal static string? CompilerOf(byte[] bytes)
    {
        try
        {
            return ElfObject.Read(bytes, "").FindSection(".comment") is ElfDataSection comment
                ? string.Join(", ", Encoding.Latin1.GetString(comment.Contents).Split('\0', StringSplitOptions.RemoveEmptyEntries))
                : null;
        }
        catch (ElfFormatException)
        {
            return null;
        }
    }

    private void Check(KernelUnit unit, CompileOutput output, DiagnosticBag diagnostics)
    {
        UnitFiles resolver = new(request.Overlay, request.Source, request.Files, output.Directory);
        bool isDone = output.Object is not null;
        if (!isDone && MachineFault.Find(output.Errors) is { } fault)
        {
            diagnostics.Add(NotDone(unit, fault));
            return;
        }

        int before = diagnostics.Count;
        foreach (Diagnostic message in KbuildOutputParser.Parse(output.Errors, resolver, new KbuildModule("", []), isDone))
            Add(unit, message, diagnostics);
        if (!isDone && diagnostics.Count == before)
            diagnostics.Add(UnitMessages.PatchedFails(PlaceOf(unit), unit, string.Join("\n", output.Errors.TakeLast(5))));
        foreach (string dependency in isDone ? output.Dependencies : [])
        {
            if (!originals.TryGetValue(RealPathOf(dependency, output.Directory), out string? original))
                continue;
            string reached = Reached(dependency, output.Directory);
            diagnostics.Add(UnitMessages.OriginalRead(files[original].FirstChange, unit, original, reached));
        }
    }

    private Diagnostic NotDone(KernelUnit unit, string fault) =>
        UnitMessages.CompileNotDone(PlaceOf(unit), unit, fault.TrimEnd('.'), request.WorkDirectory);

    // As it is written, from the overlay's root: what leads out of the overlay is a link on that way.
    private string Reached(string dependency, string directory)
    {
        string path = dependency;
        for (; path.StartsWith("../", StringComparison.Ordinal); path = path["../".Length..])
            directory = Path.GetDirectoryName(directory)!;
        return request.Overlay.RelativePath(Path.Combine(directory, path)) ?? dependency;
    }

    private void Add(KernelUnit unit, Diagnostic message, DiagnosticBag diagnostics)
    {
        OverlaidFile? file = message.Place is { } place ? files.GetValueOrDefault(place.File) : null;
        int line = file is not null && message.Place!.Line > 0 ? file.PatchedLineOf(message.Place.Line) : 0;
        if (message.Severity == DiagnosticSeverity.Error)
        {
            string where = file is null ? message.Place is null ? unit.Source : $"{message.Place.File}:{message.Place.Line}"
                : message.Place!.Column > 0 ? $"{file.Path}:{line}:{message.Place.Column}" : $"{file.Path}:{line}";
            SourcePlace? inPatch = file?.PlaceOf(Math.Max(1, line)) ?? PlaceOf(unit);
            diagnostics.Add(UnitMessages.PatchedError(inPatch, where, message.Message));
        }
        else if (file is not null && line > 0 && file.IsChanged(line))
        {
            // What the kernel's own lines are warned of is not the patch's.
            diagnostics.Add(UnitMessages.PatchedWarning(file.PlaceOf(line), $"{file.Path}:{line}", message.Message));
        }
    }

    // Not textually: the path may leave a linked folder by "..".
    private string RealPathOf(string dependency, string directory)
    {
        string path = Path.Combine(directory, dependency);
        string folder = Path.GetDirectoryName(path)!;
        if (!realFolders.TryGetValue(folder, out string? real))
            realFolders.Add(folder, real = RealPath.Follow(folder));
        string file = Path.Combine(real, Path.GetFileName(path));
        return new FileInfo(file).LinkTarget is null ? file : RealPath.Follow(file);
    }

    private string? NewerInput(KernelUnit unit)
    {
        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(request.Source.BuildDirectory, unit.Object));
        return unit.Dependencies.Select(request.Source.Locate)
            .Prepend(Path.Combine(request.Source.Root, unit.Source))
            .FirstOrDefault(path => File.Exists(path) && File.GetLastWriteTimeUtc(path) > made);
    }
}
