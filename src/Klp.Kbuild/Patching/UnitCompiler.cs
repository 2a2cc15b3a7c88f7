using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;
using Klp.Patching.Proof;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Compiles objects of the kernel by the commands that its build recorded. First the patched source: what gives the kernel's
/// own object is not affected. Of the rest the original has to give the kernel's own object; then both are compiled with a
/// section for each function and variable, for comparison.
/// </summary>
public sealed class UnitCompiler
{
    private const string SameObject = "The patched source gives the kernel's own object.";
    // Also of one that was proved before: nothing that it is made from has changed since. What is said does not depend on a cache.
    private const string Proved = "The original source gives the kernel's own object, byte for byte apart from debug information.";

    private const string ConstantsRead =
        "For the livepatch it is compiled with the generic definition of runtime constants, which reads the variables.";

    private readonly UnitCompilerRequest request;
    private readonly UnitCompile compile;
    private readonly OriginalCache cache;
    private readonly UnitFindings findings;

    /// <summary>Prepares the work.</summary>
    /// <param name="request">What to compile with.</param>
    public UnitCompiler(UnitCompilerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        this.request = request;
        compile = new UnitCompile(request);
        cache = new OriginalCache(request.CacheDirectory, request.Kernel, request.Source);
        findings = new UnitFindings(request);
    }

    /// <summary>Compiles.</summary>
    /// <param name="units">The objects.</param>
    /// <param name="diagnostics">Receives what is wrong with the patched source, and why an object cannot be patched.</param>
    /// <param name="cancellation">Ends the compilers.</param>
    /// <returns>
    /// The objects of vmlinux and modules in the order of <paramref name="units"/>; null after an error, or where
    /// <see cref="UnitCompilerRequest.OnAffected"/> ended it.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the compilers have ended.</exception>
    /// <exception cref="IOException">A compiler cannot be started, or a file cannot be read.</exception>
    public IReadOnlyList<CompiledUnit>? Run(IReadOnlyList<KernelUnit> units, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Begin(units, diagnostics) is not { } works)
            return null;
        CompilePatched(works, cancellation);
        // Of those that failed at the same time one will do: a header's mistakes are the same in all.
        UnitWork? failed = works.Find(work => work.PatchedPlain is { Object: null });
        foreach (UnitWork work in failed is null ? works : [failed])
            findings.CheckPatched(work, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        UnitWork[] affected = [.. works.Where(work => work.Difference is not null)];
        foreach (UnitWork work in affected.Where(work => !work.Unit.IsPatchable))
            diagnostics.Add(UnitMessages.NotPatchable(findings.PlaceOf(work.Unit), work.Unit, work.Difference!));
        if (diagnostics.HasErrors || !request.OnAffected([.. affected.Select(work => work.Unit)]))
            return null;
        CompileAffected(affected, cancellation);
        new VersionCheck(request, compile).Run(works, cancellation);
        IEnumerable<UnitWork> patchable = works.Where(work => work.Unit.IsPatchable);
        CompiledUnit[] compiled = [.. patchable.Select(work => Finish(work, diagnostics)).OfType<CompiledUnit>()];
        cache.Prune();
        return diagnostics.HasErrors ? null : compiled;
    }

    private List<UnitWork>? Begin(IReadOnlyList<KernelUnit> units, DiagnosticBag diagnostics)
    {
        List<UnitWork> works = [];
        foreach (KernelUnit unit in units)
        {
            string path = Path.Combine(request.Source.BuildDirectory, unit.Object);
            if (unit.Language == UnitLanguage.Rust)
                diagnostics.Add(UnitMessages.RustUnit(findings.PlaceOf(unit), unit));
            else if (!File.Exists(path))
                diagnostics.Add(UnitMessages.ObjectMissing(request.Source.BuildDirectory, unit.Object));
            else
                works.Add(new UnitWork(unit, File.ReadAllBytes(path)));
        }

        return diagnostics.HasErrors ? null : works;
    }

    private void CompilePatched(List<UnitWork> works, CancellationToken cancellation)
    {
        // After an error the rest would say the same, of a header in all words; and a change that no livepatch can carry ends it, so
        // that is found out first.
        bool hasFailed = false;
        using ProgressReport progress = new(request.OnProgress, done => $"Compiled {done} of {Objects(works.Count)} as patched.");
        List<Action> jobs = [.. works.OrderBy(work => work.Unit.IsPatchable).Select(work => (Action)(() =>
        {
            if (!hasFailed)
                work.PatchedPlain = compile.Run(work.Unit, isPatched: true, UnitOutput.Plain, cancellation);
            hasFailed |= work.PatchedPlain?.Object is null;
            if (work.PatchedPlain?.Object is { } bytes)
                work.Difference = UnitComparison.Find(work.Unit, OriginalOf(work, cancellation), bytes);
            hasFailed |= work.Difference is not null && !work.Unit.IsPatchable;
            progress.Count();
        }))];
        // Processors that would have nothing to do begin with what is needed next.
        int idle = Environment.ProcessorCount - works.Count;
        if (idle > 0)
            jobs.AddRange(works.Where(work => work.Unit.IsPatchable).SelectMany(work => LaterJobs(work, cancellation)).Take(idle));
        WorkerThreads.Run(jobs, cancellation);
    }

    // The compiler of the build's own programs may be another than when the kernel was built, and need not be the same.
    private byte[] OriginalOf(UnitWork work, CancellationToken cancellation) => work.Unit.Language == UnitLanguage.HostProgram
        ? compile.Run(work.Unit, isPatched: false, UnitOutput.Plain, cancellation).Object ?? work.Tree
        : work.Tree;

    private void CompileAffected(UnitWork[] affected, CancellationToken cancellation)
    {
        Action[] jobs = [.. affected.SelectMany(work => LaterJobs(work, cancellation))];
        using ProgressReport progress = new(
            request.OnProgress, done => $"{Objects(affected.Length)} changed: {done} of {jobs.Length} compiles for comparison are done.");
        WorkerThreads.Run([.. jobs.Select(job => (Action)(() =>
        {
            job();
            progress.Count();
        }))], cancellation);
    }

    private static string Objects(int count) => FormattableString.Invariant($"{count} object{(count == 1 ? "" : "s")}");

    private IEnumerable<Action> LaterJobs(UnitWork work, CancellationToken cancellation)
    {
        if (work.Key.Length == 0)
        {
            work.GenericHeader = FindGenericHeader(work);
            work.Key = cache.KeyOf(work.Unit, work.Tree, work.GenericHeader);
            work.Cached = cache.Find(work.Key);
        }

        if (work.Cached is null && work.OriginalPlain is null)
            yield return () => work.OriginalPlain = compile.Run(work.Unit, isPatched: false, UnitOutput.Plain, cancellation);
        if (work.PatchedSections is null)
            yield return () => work.PatchedSections = CompileSections(work, isPatched: true, cancellation);
        if (work.Cached is null && work.OriginalSections is null)
            yield return () => work.OriginalSections = CompileSections(work, isPatched: false, cancellation);
    }

    private CompileOutput CompileSections(UnitWork work, bool isPatched, CancellationToken cancellation) =>
        compile.Run(work.Unit, isPatched, UnitOutput.Sections, cancellation, Preamble(work));

    private string Preamble(UnitWork work) =>
        (work.GenericHeader is null ? "" : RuntimeConstants.Preamble) + SharedVariables.Declarations(KeptNames(work));

    // The definition that takes the place of the machine's where there is something to read instead. It may be what the patch changes.
    private string? FindGenericHeader(UnitWork work) => work.Unit.Language == UnitLanguage.C && work.ConstantVariables.Count > 0
        && Path.Combine(request.Source.Root, "include", RuntimeConstants.GenericHeader) is var header && File.Exists(header)
        && !request.Files.Any(file => Path.GetFileName(file.Path) == Path.GetFileName(header)) ? header : null;

    private IReadOnlySet<string> KeptNames(UnitWork work) => work.Unit.Language != UnitLanguage.C
        || new UnitCommand(work.Unit, request.Source).IsClang ? new HashSet<string>() : work.KeptNames;

    private CompiledUnit? Finish(UnitWork work, DiagnosticBag diagnostics)
    {
        KernelUnit unit = work.Unit;
        if (work.Difference is null)
        {
            return new CompiledUnit
            {
                Unit = unit,
                Tree = [],
                IsUnaffected = true,
                Proof = SameObject,
                VersionChanges = work.VersionChanges,
                VersionProblem = work.VersionProblem,
            };
        }

        if (work.Cached is null && !Prove(work, diagnostics))
            return null;
        findings.CheckPatchedSections(work, diagnostics);
        if (diagnostics.HasErrors)
            return null;
        return new CompiledUnit
        {
            Unit = unit,
            Tree = work.Tree,
            Original = work.Cached ?? work.OriginalSections!.Object,
            Patched = work.PatchedSections!.Object,
            KeptNames = KeptNames(work),
            // The patch may make one of them global.
            PatchedKeptNames = KeptNames(work)
                .Except(SharedVariables.GlobalsOf(Read(work.PatchedPlain!.Object!, unit)), StringComparer.Ordinal)
                .ToHashSet(StringComparer.Ordinal),
            RuntimeConstants = work.GenericHeader is null ? new HashSet<string>() : work.ConstantVariables,
            IsOriginalCached = work.Cached is not null,
            VersionChanges = work.VersionChanges,
            VersionProblem = work.VersionProblem,
            Proof = work.GenericHeader is null ? Proved : $"{Proved} {ConstantsRead}",
        };
    }

    // That the recorded command gives the kernel's object, and that with sections the compiler decides nothing otherwise.
    private bool Prove(UnitWork work, DiagnosticBag diagnostics)
    {
        if (work.OriginalPlain!.Object is not { } plain || work.OriginalSections!.Object is not { } sections)
        {
            diagnostics.Add(findings.OriginalFails(work));
            return false;
        }

        if (UnitComparison.Find(work.Unit, work.Tree, plain) is { } difference)
        {
            diagnostics.Add(findings.OriginalDiffers(work, plain, difference));
            return false;
        }

        ElfObject made = Read(sections, work.Unit);
        SharedVariables.Restore(made, KeptNames(work));
        // Without runtime constants there may be other functions, as the compiler does not inline what has become larger.
        if (work.GenericHeader is null && SymbolComparison.Find(Read(work.Tree, work.Unit), made) is { } other)
        {
            diagnostics.Add(UnitMessages.SectionsDiffer(findings.PlaceOf(work.Unit), work.Unit, other));
            return false;
        }

        cache.Store(work.Key, sections);
        return true;
    }

    private static ElfObject Read(byte[] bytes, KernelUnit unit) => ElfObject.Read(bytes, unit.Object);
}
