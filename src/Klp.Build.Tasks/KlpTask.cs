using System.Diagnostics.CodeAnalysis;
using Klp.Build.Tasks.Items;
using Klp.Elf.Constants;
using Klp.Kbuild.Building;
using Klp.Kbuild.Options;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>
/// What the tasks have in common: paths are taken from the project's folder (the current directory of a multithreaded
/// build is not the project's), diagnostics become MSBuild's, and a file that cannot be used is an error, not a stack trace.
/// </summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "Task is what MSBuild calls it.")]
public abstract class KlpTask : Microsoft.Build.Utilities.Task
{
    private KernelLoans? loans;

    /// <summary>The project's file. Relative paths start from its folder, and what has no place of its own is reported in it.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's folder.</summary>
    protected string ProjectDirectory => Path.GetDirectoryName(Path.GetFullPath(ProjectFile))!;

    /// <inheritdoc/>
    public sealed override bool Execute()
    {
        DiagnosticBag diagnostics = new();
        IReadOnlyCollection<Diagnostic> told = diagnostics;
        try
        {
            Begin();
            Run(diagnostics);
            if (!diagnostics.HasErrors)
                told = Finish(diagnostics);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ElfFormatException
            or InvalidDataException or NotSupportedException)
        {
            diagnostics.AddError(DiagnosticCodes.InputOutput, problem.Message);
        }
        catch (OperationCanceledException)
        {
            // MSBuild says that the build was cancelled.
            return false;
        }
        finally
        {
            loans?.Dispose();
        }

        foreach (Diagnostic diagnostic in told)
            Report(diagnostic);
        if (diagnostics.HasErrors)
            Fail();
        return !Log.HasLoggedErrors;
    }

    /// <summary>Does the work.</summary>
    /// <param name="diagnostics">Receives what there is to tell the user; an error fails the task.</param>
    protected abstract void Run(DiagnosticBag diagnostics);

    // What comes before the work, after it, and where it failed.
    private protected virtual void Begin()
    {
    }

    private protected virtual IReadOnlyCollection<Diagnostic> Finish(DiagnosticBag diagnostics) => diagnostics;

    private protected virtual void Fail()
    {
    }

    // dotnet pack looks at the kernel in a second evaluation of the project, and each stage opens the kernel's tree anew: what
    // there is to tell about it is told once a build.
    private protected bool IsNew(Diagnostic diagnostic)
    {
        if (BuildEngine is not IBuildEngine4 build)
            return true;
        string key = $"{typeof(KlpTask).FullName} {ProjectFile} {KernelNames.Current(BuildEngine)} {diagnostic}";
        if (build.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is not null)
            return false;
        build.RegisterTaskObject(key, key, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        return true;
    }

    /// <summary>A path of the project as an absolute one.</summary>
    protected string Root(string path) => Path.GetFullPath(path, ProjectDirectory);

    /// <summary>What the resolution of the kernel found out. Its tree is the build's, and is not used after the task.</summary>
    /// <param name="file">The file that <see cref="ResolveKernel"/> wrote.</param>
    private protected KernelCache ReadKernel(string file) =>
        KernelCache.Read(Root(file)) with { Loans = loans ??= new KernelLoans(OpenTrees.Of(BuildEngine)) };

    /// <summary>What the project's patches became.</summary>
    /// <param name="file">The file that <see cref="ExtractPatch"/> wrote; empty without patches.</param>
    private protected ExtractedPatch ReadPatch(string file) => ExtractedPatch.Read(file.Length > 0 ? Root(file) : "");

    /// <summary>Tells what is done, for those who ask for more than usual.</summary>
    /// <param name="sentence">The sentence.</param>
    protected void Say(string sentence) => Log.LogMessage(MessageImportance.Normal, "{0}", sentence);

    /// <summary>How the project's sources appear to kbuild.</summary>
    /// <param name="sources">The KlpSource items.</param>
    /// <param name="tables">The generated source of the livepatch's tables as an absolute path, or null.</param>
    /// <param name="options">The user's options for the compiler, or null where they do not matter.</param>
    private protected StageLayout LayOut(IEnumerable<ITaskItem> sources, string? tables = null, CompileOptions? options = null) =>
        new(ProjectDirectory, sources.Select(source => Root(source.ItemSpec)), tables, options);

    /// <summary>
    /// The parts of a property that is a list. They are divided here and not by MSBuild, so that on a command line <c>%3B</c>
    /// divides them too.
    /// </summary>
    protected static string[] SplitList(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private void Report(Diagnostic diagnostic)
    {
        string keyword = $"Klp.{diagnostic.Code}";
        string? page = PageOf(diagnostic.Code);
        string file = diagnostic.Place?.File ?? ProjectFile;
        int line = diagnostic.Place?.Line ?? 0;
        int column = diagnostic.Place?.Column ?? 0;
        // MSBuild shows which project a message is of, not which of its builds.
        string text = ProjectWords.All.Fill(diagnostic.Message);
        string message = KernelNames.Current(BuildEngine) is { } kernel ? $"{text} [kernel \"{kernel}\"]" : text;
        switch (diagnostic.Severity)
        {
            case DiagnosticSeverity.Error:
                Log.LogError(null, diagnostic.Code, keyword, page, file, line, column, 0, 0, message, null);
                break;
            case DiagnosticSeverity.Warning:
                Log.LogWarning(null, diagnostic.Code, keyword, page, file, line, column, 0, 0, message, null);
                break;
            default:
                Log.LogMessage(null, diagnostic.Code, keyword, file, line, column, 0, 0, ImportanceOf(diagnostic.Code), message, null);
                break;
        }
    }

    // What the user has to know of his livepatch is shown without a -v, and yet is never an error. How far apart modules can
    // come to lie is nothing that he could change.
    private static MessageImportance ImportanceOf(string code) =>
        code == DiagnosticCodes.DistantBranch ? MessageImportance.Normal : MessageImportance.High;

    // The package brings the pages of all codes; <package>/tasks/<framework>/ is where this assembly is.
    private static string? PageOf(string code)
    {
        string page = Path.GetFullPath($"../../docs/diagnostics/{code}.md", Path.GetDirectoryName(typeof(KlpTask).Assembly.Location)!);
        return File.Exists(page) ? new Uri(page).AbsoluteUri : null;
    }
}
