using Klp.Kbuild.Patching;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Manifest;

namespace Klp.Kbuild.Building;

/// <summary>Makes a livepatch: sources to a finished and valid module, by the stages that a project's build has too.</summary>
/// <param name="request">What is to be made.</param>
public sealed class LivepatchBuild(LivepatchBuildRequest request)
{
    private const string TablesName = "klp-tables";

    // The stages borrow one tree, as those of a project's build do.
    private readonly OpenKernels kernels = new();

    private PatchExplanation? explanation;

    /// <summary>Finds out what the patches become, and makes nothing of it.</summary>
    /// <param name="diagnostics">Receives what is refused, and what there is to tell besides.</param>
    /// <param name="cancellation">Ends it, with what it started.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Plan(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (KernelResolver.Resolve(request.Kernel, diagnostics) is { } resolved)
            Extract(resolved.Cache, diagnostics, cancellation);
    }

    /// <summary>Does all stages.</summary>
    /// <param name="diagnostics">Receives what is wrong, and what there is to tell besides.</param>
    /// <param name="cancellation">Ends it, with what it started.</param>
    /// <returns>The livepatch; null after an error.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BuiltLivepatch? Run(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (KernelResolver.Resolve(request.Kernel, diagnostics) is not { } resolved)
            return null;
        KernelCache kernel = resolved.Cache;
        if (Extract(kernel, diagnostics, cancellation) is not { } patched)
            return null;
        PatchDescription? description = Describe(patched.Functions);
        if (Borrow(kernel, borrowed => Compile(borrowed, description, patched.Objects, diagnostics, cancellation)) is not { } compiled)
            return null;
        if (request.Kernel.SymbolDatabase is null
            && !Borrow(kernel, borrowed => SharedDatabase.MakeFor(resolved with { Cache = borrowed }, diagnostics, cancellation)))
        {
            return null;
        }

        StageLayout layout = new(request.ProjectDirectory, request.Sources.Select(source => source.Path));
        byte[]? module = Borrow(kernel, borrowed => Conversion(borrowed, layout, description).Convert(compiled.Path, diagnostics));
        cancellation.ThrowIfCancellationRequested();
        if (module is not null && Signing(kernel) is { } signing)
            module = signing.Sign(module, diagnostics);
        ModuleCompression compression = request.Compression ?? kernel.Compression;
        if (module is not null)
            module = ModuleCompressor.Compress(module, compression, diagnostics);
        cancellation.ThrowIfCancellationRequested();
        return module is null ? null : Finish(module, compression, kernel, layout, patched.MadeFrom, diagnostics);
    }

    private string FolderOf(KernelCache kernel) => Path.Combine(request.WorkDirectory, kernel.Release);

    private ExtractedPatch? Extract(KernelCache kernel, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (request.Patches.Count == 0)
            return ExtractedPatch.None;
        PatchResult? result = Borrow(kernel, borrowed => Extract(new PatchRequest
        {
            Kernel = borrowed,
            Patches = request.Patches,
            WorkDirectory = Path.Combine(FolderOf(kernel), "patch"),
            // Beside the database that all builds share; one that the user named lies where only he writes.
            CacheDirectory = request.Kernel.SymbolDatabase is null ? Path.Combine(Path.GetDirectoryName(kernel.Database)!, "patch") : null,
            SourceDirectory = request.KernelSource,
            Written = request.Patch,
            MaxUnits = request.MaxUnits,
            Launcher = request.Launcher,
            EnvironmentVariables = request.Kernel.EnvironmentVariables,
            OnProgress = request.OnProgress,
            Disassembles = request.DisassemblesPatches,
        }, diagnostics, cancellation));
        return result is null || diagnostics.HasErrors ? null : ExtractedPatch.Of(result);
    }

    private PatchResult? Extract(PatchRequest patches, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        PatchBuild build = new(patches);
        PatchResult? result = build.Run(diagnostics, cancellation);
        explanation = build.Explanation;
        if (explanation is not null)
            request.OnExplained(explanation);
        return result;
    }

    private PatchDescription? Describe(IReadOnlyList<DescribedFunction> patched)
    {
        if (patched.Count == 0)
            return request.Patch;
        PatchDescription described = request.Patch ?? new PatchDescription { Functions = [] };
        return described with { Functions = [.. described.Functions, .. patched] };
    }

    private CompiledModule? Compile(
        KernelCache kernel,
        PatchDescription? description,
        IReadOnlyList<LinkedObject> objects,
        DiagnosticBag diagnostics,
        CancellationToken cancellation)
    {
        string folder = FolderOf(kernel);
        string? tables = description is null ? null : Path.Combine(folder, TablesName + ".c");
        if (description is { } patch
            && !LivepatchTablesWriter.Write(patch, kernel, tables!, Path.ChangeExtension(tables, ".h")!, diagnostics))
        {
            return null;
        }

        return new Compilation(new CompilationRequest
        {
            ProjectDirectory = request.ProjectDirectory,
            Sources = request.Sources,
            Objects = objects,
            ModuleName = request.ModuleName,
            Kernel = kernel,
            StageDirectory = Path.Combine(folder, "kbuild"),
            SdkIncludeDirectory = request.SdkIncludeDirectory,
            Tables = tables,
            ReadPatch = _ => description!,
            Launcher = request.Launcher,
            IncludeDirectories = request.IncludeDirectories,
            Options = request.Options,
            EnvironmentVariables = request.Kernel.EnvironmentVariables,
            LogFile = request.LogFile,
            OnOutput = request.OnOutput,
        }).Run(diagnostics, cancellation);
    }

    private static ModuleConversion Conversion(KernelCache kernel, StageLayout layout, PatchDescription? description) =>
        new(kernel, layout) { ReadFunctions = _ => description?.Functions ?? [] };

    // A kernel that signs all its modules as it installs them has its key in the tree; a distribution's headers have none.
    private ModuleSigning? Signing(KernelCache kernel)
    {
        string key = request.SigningKey, certificate = request.SigningCertificate;
        if (key.Length == 0 && File.Exists(kernel.Signing.KeyPath))
        {
            key = kernel.Signing.KeyPath;
            certificate = certificate.Length == 0 ? kernel.Signing.CertificatePath : certificate;
        }

        bool isSigned = request.Sign ?? (key.Length > 0 || certificate.Length > 0);
        string hash = request.SigningHash.Length == 0 ? kernel.Signing.Hash ?? "" : request.SigningHash;
        return isSigned ? new ModuleSigning(key, certificate, hash) : null;
    }

    private BuiltLivepatch? Finish(
        byte[] module,
        ModuleCompression compression,
        KernelCache kernel,
        StageLayout layout,
        ManifestOrigin? madeFrom,
        DiagnosticBag diagnostics)
    {
        // The file that messages name is there, also where it is never to be the user's.
        string made = Path.Combine(FolderOf(kernel), request.ModuleName + ".ko" + CompressionNames.Extension(compression));
        AtomicFile.WriteAllBytes(made, module);
        string path = request.OutputPath(kernel.Release, compression);
        LivepatchManifest? manifest =
            Borrow(
                kernel,
                borrowed => new ModuleValidation(borrowed, layout, request.Replaces)
                {
                    MadeFrom = madeFrom,
                }.Check(module, path, diagnostics));
        return manifest is null ? null : new BuiltLivepatch(kernel.Release, path, module, manifest.ToJson()) { Explanation = explanation };
    }

    // What a stage borrows goes back when it is done: no tree is lent twice at a time.
    private T Borrow<T>(KernelCache kernel, Func<KernelCache, T> stage)
    {
        using KernelLoans loans = new(kernels);
        return stage(kernel with { Loans = loans });
    }
}
