using System.Collections.Concurrent;
using Klp.Boot.Host;
using Klp.Kbuild.Building;
using Klp.Kbuild.Patching;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;
using Klp.Patching.Patches;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests.Patches;

/// <summary>Builds livepatches from patches of a kernel's source, as klp build does.</summary>
internal sealed class PatchedModules(KernelUnderTest kernel, TestFolder folder)
{
    /// <summary>Builds the livepatches of cases.</summary>
    /// <returns>What became of each, by the case's name.</returns>
    public Task<IReadOnlyDictionary<string, PatchOutcome>> BuildAsync(IEnumerable<PatchCase> cases) =>
        BuildAsync(cases.Select(item => KeyValuePair.Create(item.Name, PatchOf(item))));

    /// <summary>Builds livepatches of patches.</summary>
    /// <param name="patches">The patches' texts, by the modules' names.</param>
    /// <returns>What became of each, by the module's name.</returns>
    public async Task<IReadOnlyDictionary<string, PatchOutcome>> BuildAsync(IEnumerable<KeyValuePair<string, string>> patches)
    {
        ConcurrentDictionary<string, PatchOutcome> outcomes = [];
        // Some stages run one program at a time.
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount / 2) };
        await Parallel.ForEachAsync(patches, options, (patch, cancellation) =>
        {
            outcomes[patch.Key] = Build(patch.Key, patch.Value, cancellation);
            return ValueTask.CompletedTask;
        });
        return outcomes;
    }

    /// <summary>A patch that changes one file of the source, as diff writes it.</summary>
    /// <param name="module">The name of the module that it is for.</param>
    /// <param name="path">The file, relative to the source's root.</param>
    /// <param name="changed">The file's contents with the patch.</param>
    public string PatchOf(string module, string path, string changed) => PatchTo(path, folder.Write($"{module}/b/{path}", changed));

    /// <summary>A patch that makes one file of the source what another one is, as diff writes it.</summary>
    /// <param name="path">The file, relative to the source's root.</param>
    /// <param name="changed">The other file's path.</param>
    public string PatchTo(string path, string changed) =>
        // Its exit code says that they differ.
        Tool.RunFailing("diff", "-u", "--label", "a/" + path, "--label", "b/" + path,
            Path.Combine(kernel.Tree.BuildDirectory, "source", path), changed).Output;

    private PatchOutcome Build(string name, string text, CancellationToken cancellation)
    {
        string work = folder.Combine(name);
        string patch = folder.Write($"{name}/fix.patch", text);
        DiagnosticBag diagnostics = new();
        PatchExplanation? explanation = null;
        BuiltLivepatch? built = new LivepatchBuild(new LivepatchBuildRequest
        {
            Kernel = new KernelRequest
            {
                KernelTree = kernel.Tree.BuildDirectory,
                CacheDirectory = Path.Combine(PackedSdk.Folder, "cache"),
                CrossCompile = kernel.CrossCompile,
            },
            ProjectDirectory = work,
            Sources = [],
            ModuleName = name,
            SdkIncludeDirectory = Repository.Combine("src", "Klp.Sdk", "include"),
            WorkDirectory = Path.Combine(work, "work"),
            OutputPath = (_, _) => Path.Combine(work, name + ".ko"),
            Patch = new PatchDescription { Functions = [], Module = new ModuleDescription { License = "GPL" } },
            Patches = [new PatchInput(patch, 1, null)],
            OnExplained = explained => explanation = explained,
        }).Run(diagnostics, cancellation);
        if (built is not null)
            File.WriteAllBytes(built.Path, built.Module);
        return new PatchOutcome(built?.Path, [.. diagnostics], explanation);
    }

    private string PatchOf(PatchCase item) => string.Concat(item.Edits.GroupBy(edit => edit.Path).Select(file =>
    {
        string original = File.ReadAllText(Path.Combine(kernel.Tree.BuildDirectory, "source", file.Key));
        return PatchOf(item.Name, file.Key, file.Aggregate(original, (text, edit) => edit.Apply(text)));
    }));
}
