using Klp.Elf.Constants;
using Klp.Kbuild.Disassembly;
using Klp.Kbuild.Runs;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Trees;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Modules;
using Klp.Patching.Patches;

namespace Klp.Kbuild.Patching;

/// <summary>Explains what a build of patches found out, also where it ended early.</summary>
/// <param name="request">What was to be made.</param>
/// <param name="findings">What was found out.</param>
/// <param name="diagnostics">What there was to tell.</param>
internal sealed class PatchExplainer(PatchRequest request, PatchFindings findings, IEnumerable<Diagnostic> diagnostics)
{
    private const string NotProved = "Not proved: the work ended before.";

    private readonly Dictionary<string, string> patchNames =
        request.Patches
            .GroupBy(patch => patch.Path, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Name, StringComparer.Ordinal);

    private readonly List<string> notes = [];

    /// <summary>Explains.</summary>
    /// <param name="cancellation">Ends the programs.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    internal PatchExplanation Explain(CancellationToken cancellation)
    {
        Dictionary<string, UnitExplainer> explainers = findings.Extracted.Where(unit => unit.Placed is not null)
            .ToDictionary(
                unit => unit.Compiled.Unit.Object,
                unit => new UnitExplainer(unit, FilesOf(unit.Compiled.Unit), patchNames),
                StringComparer.Ordinal);
        if (request.Disassembles && explainers.Count > 0)
            Disassemble(explainers.Values, cancellation);
        return new PatchExplanation([.. findings.Units.Select(unit => Explain(unit, explainers.GetValueOrDefault(unit.Object)))])
        {
            Kernel = findings.Tree is { } tree ? KernelOf(tree) : null,
            Patches = [.. request.Patches.Select(patch => new ExplainedPatch(patch.Name, findings.Hashes.GetValueOrDefault(patch)))],
            Files = [.. findings.Files.Select(file => new ExplainedFile(
                file.Path, file.IsNew, [.. file.Changes.Select(change => ExplainedChanges.Of(file, change, null, patchNames))]))],
            Written = [.. (request.Written?.Functions ?? []).Select(Explain)],
            Callbacks = [.. from described in request.Written?.Objects ?? []
                            from callback in described.Callbacks
                            select new ExplainedCallback(
                                described.Name, callback.Member, callback.FunctionName, PatchExplanation.ByHand)],
            Findings = [.. diagnostics.Select(diagnostic => ExplainedChanges.Of(diagnostic, patchNames))],
            Notes = notes,
        };
    }

    private static ExplainedFunction Explain(DescribedFunction function) => new(
        new KernelSymbol(function.ObjectName, function.Name, function.Sympos).ToString(), function.NewName, PatchExplanation.ByHand)
    {
        ObjectName = function.ObjectName,
        Name = function.Name,
        Position = function.Sympos.Value,
    };

    private void Disassemble(IEnumerable<UnitExplainer> explainers, CancellationToken cancellation)
    {
        KernelCache kernel = request.Kernel;
        if (Disassembler.Find(kernel.CrossCompile, kernel.Llvm) is not { } disassembler)
        {
            notes.Add($"{Disassembler.NameFor(kernel.CrossCompile, kernel.Llvm)} is not installed, so there is no disassembly.");
            return;
        }

        string folder = Path.Combine(request.WorkDirectory, "listings");
        WorkerThreads.Run(
            [.. explainers.Select(explainer => (Action)(() => explainer.Disassemble(disassembler, folder, cancellation)))], cancellation);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private ExplainedUnit Explain(KernelUnit unit, UnitExplainer? explainer)
    {
        if (explainer is not null)
            return explainer.Explain(findings.Tree!);
        CompiledUnit? compiled = findings.Compiled.FirstOrDefault(other => other.Unit.Object == unit.Object);
        bool isUnaffected = compiled?.IsUnaffected == true;
        return new ExplainedUnit(unit.Object, unit.Source, unit.ObjectName, compiled?.Proof ?? NotProved, [], [], [])
        {
            IsUnaffected = isUnaffected,
            IsProved = compiled is not null,
        };
    }

    private IReadOnlyList<PatchedSource> FilesOf(KernelUnit unit) =>
        [.. findings.Files.Where(file => unit.Touched.Contains(file.Path) || file.IsNew)];

    private ExplainedKernel KernelOf(KernelTree tree)
    {
        string? buildId = null;
        try
        {
            buildId = tree.Vmlinux is { } vmlinux ? BuildId.Read(vmlinux.Image) : null;
        }
        catch (ElfFormatException)
        {
            // Whoever needs vmlinux has told so.
        }

        string? compiler = findings.Compiled.Select(unit => UnitFindings.CompilerOf(unit.Tree)).FirstOrDefault(name => name is not null);
        return new ExplainedKernel(tree.Release, tree.Architecture.DisplayName, buildId, compiler);
    }
}
