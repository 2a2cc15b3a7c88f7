using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Boot.Testing;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Reads the project's items and properties that say what to test.</summary>
/// <param name="diagnostics">Receives what is wrong with them.</param>
/// <param name="root">Makes a path of the project absolute.</param>
internal sealed class TestItems(DiagnosticBag diagnostics, Func<string, string> root)
{
    private const int UsualProgramLimit = 20;
    private const string CheckType = "KlpBootCheck";
    private const string ProgramType = "KlpBootTest";

    private readonly ItemPlaces places = new();

    /// <summary>A KlpBootCheck; null if it is wrong.</summary>
    public BootCheck? ReadCheck(ITaskItem item)
    {
        SourcePlace? place = places.Find(item, CheckType);
        BootCheck check = new(item.ItemSpec, CheckTime.Patched)
        {
            Contains = Metadata(item, "Contains"),
            DoesNotContain = Metadata(item, "DoesNotContain"),
            Matches = Metadata(item, "Matches"),
            DefinedIn = place,
        };
        if (!item.ItemSpec.StartsWith('/'))
        {
            diagnostics.AddError(
                DiagnosticCodes.TestCheckMalformed,
                $"The KlpBootCheck '{item.ItemSpec}' is not the absolute path of a file in the guest. Name one, such as /proc/meminfo.",
                place);
            return null;
        }

        if (check is { Contains: null, DoesNotContain: null, Matches: null })
        {
            diagnostics.AddError(
                DiagnosticCodes.TestCheckWithoutCondition,
                $"The KlpBootCheck '{item.ItemSpec}' has no condition, so it could not fail. Give it Contains, DoesNotContain or Matches.",
                place);
            return null;
        }

        return ReadTime(item, CheckType, place) is { } when && IsRegex(check, place) ? check with { When = when } : null;
    }

    /// <summary>The KlpBootTest items that are in order.</summary>
    /// <param name="items">The items.</param>
    /// <param name="folder">The folder of the compiled programs.</param>
    public IReadOnlyList<BootProgram> ReadPrograms(ITaskItem[] items, string folder) =>
        [.. items.Select(
            (item, i) => ReadProgram(item, Path.Combine(root(folder), i.ToString(CultureInfo.InvariantCulture)))).OfType<BootProgram>()];

    /// <summary>The path of the busybox; null where none is given or it will not do.</summary>
    public string? ReadBusybox(string busybox, ITaskItem[] programs, KernelArchitecture architecture)
    {
        if (busybox.Length == 0)
        {
            if (Array.Find(programs, IsScript) is { } script)
                diagnostics.AddError(
                    DiagnosticCodes.TestBusyboxMissing,
                    $"The KlpBootTest '{script.ItemSpec}' is a shell script, and the guest has no shell. Name a static busybox of "
                    + "the kernel's architecture with the property KlpBusybox.",
                    PlaceOfProgram(script));
            return null;
        }

        string file = root(busybox);
        if (File.Exists(file) && IsStaticProgram(file, architecture))
            return file;
        diagnostics.AddError(
            DiagnosticCodes.TestBusyboxMissing,
            $"KlpBusybox names '{file}', which is "
            + $"{(File.Exists(file) ? $"not a static program for {architecture}" : "not there")}. Name a static busybox of the "
            + "kernel's architecture; Debian has it in busybox-static.");
        return null;
    }

    /// <summary>A number above 0.</summary>
    /// <param name="property">The property's name.</param>
    /// <param name="text">Its value.</param>
    /// <param name="usual">What it is when it is empty.</param>
    /// <param name="place">Where the project has it; null where that is not known.</param>
    public int ReadNumber(string property, string text, int usual, SourcePlace? place = null)
    {
        if (text.Trim().Length == 0)
            return usual;
        // A day in seconds, a TiB in MiB: what is above is a slip.
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 1024 * 1024)
            return number;
        diagnostics.AddError(
            DiagnosticCodes.TestNumberMalformed, $"{property} is '{text}'. It has to be a whole number from 1 to {1024 * 1024}.", place);
        return usual;
    }

    private BootProgram? ReadProgram(ITaskItem item, string program)
    {
        string source = root(item.ItemSpec);
        bool isScript = IsScript(item);
        SourcePlace? place = PlaceOfProgram(item);
        if (!isScript && !source.EndsWith(".c", StringComparison.Ordinal))
        {
            diagnostics.AddError(
                DiagnosticCodes.TestProgramMissing,
                $"The KlpBootTest '{item.ItemSpec}' is neither a C program (.c) nor a shell script (.sh).",
                place);
            return null;
        }

        if (!File.Exists(source))
        {
            diagnostics.AddError(
                DiagnosticCodes.TestProgramMissing,
                $"The KlpBootTest '{item.ItemSpec}' does not exist: there is no '{source}'. Correct the path.",
                place);
            return null;
        }

        int limit = ReadNumber($"TimeLimit of the KlpBootTest '{item.ItemSpec}'", item.GetMetadata("TimeLimit"), UsualProgramLimit, place);
        return ReadTime(item, ProgramType, place) is { } when
            ? new BootProgram(
                Path.GetFileNameWithoutExtension(source),
                source,
                isScript ? source : $"{program}-{Path.GetFileNameWithoutExtension(source)}",
                isScript,
                when,
                TimeSpan.FromSeconds(limit))
            : null;
    }

    private CheckTime? ReadTime(ITaskItem item, string type, SourcePlace? place)
    {
        string text = item.GetMetadata("Phase");
        if (text.Length == 0)
            return CheckTime.Patched;
        // Enum.TryParse would take numbers.
        if (Array.Find(Enum.GetValues<CheckTime>(), value => value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) is var time
            && time.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
        {
            return time;
        }

        diagnostics.AddError(
            DiagnosticCodes.TestTimeUnknown,
            $"The {type} '{item.ItemSpec}' has Phase=\"{text}\", which is none of {string.Join(", ", Enum.GetNames<CheckTime>())}.",
            place);
        return null;
    }

    private bool IsRegex(BootCheck check, SourcePlace? place)
    {
        try
        {
            _ = new Regex(check.Matches ?? "");
            return true;
        }
        catch (ArgumentException e)
        {
            diagnostics.AddError(
                DiagnosticCodes.TestCheckMalformed,
                $"Matches of the KlpBootCheck '{check.File}' is not a regular expression: {e.Message}",
                place);
            return false;
        }
    }

    private static bool IsScript(ITaskItem item) => item.ItemSpec.EndsWith(".sh", StringComparison.Ordinal);

    private static bool IsStaticProgram(string file, KernelArchitecture architecture)
    {
        try
        {
            using ElfImage program = ElfImage.Open(file);
            return program.Header.Machine == architecture.Machine && program.FindSection(".interp") < 0;
        }
        catch (ElfFormatException)
        {
            return false;
        }
    }

    private SourcePlace? PlaceOfProgram(ITaskItem item) => places.Find(item, ProgramType);

    private static string? Metadata(ITaskItem item, string name) => item.GetMetadata(name) is { Length: > 0 } value ? value : null;
}
