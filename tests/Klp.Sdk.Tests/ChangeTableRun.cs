using Klp.Kbuild.Processes;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>One project that is built after one change after the other, each time twice.</summary>
public sealed class ChangeTableRun : IDisposable
{
    private static readonly (string Name, Action<ChangeTableRun> Make)[] All =
    [
        ("the first build", _ => { }),
        ("nothing", _ => { }),
        ("a source touched", run => TestProject.Touch(run.project.Combine("patch.c"))),
        ("a header of the project touched", run => TestProject.Touch(run.project.Combine("lib", "text.h"))),
        ("a source added", run => run.project.Write("added.c", "const char added_text[] = \"added\";\n")),
        ("a source added with an old time", run => File.SetLastWriteTimeUtc(run.project.Write("old.c", "const char old_text[] = \"old\";\n"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
        ("a source renamed", run => File.Move(run.project.Combine("added.c"), run.project.Combine("renamed.c"))),
        ("a source removed", run => File.Delete(run.project.Combine("old.c"))),
        ("a header of the kernel touched", run => TestProject.Touch(run.kernel.Own("include/generated/bounds.h"))),
        (".config touched", run => TestProject.Touch(run.kernel.Own(".config"))),
        ("Module.symvers touched", run => TestProject.Touch(run.kernel.Own("Module.symvers"))),
        ("vmlinux replaced by an older one", run => File.SetLastWriteTimeUtc(run.kernel.Own("vmlinux"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc))),
        ("a module of the tree touched", run => TestProject.Touch(run.kernel.Own(TestKernel.Module))),
        ("the compiler's options", run => run.properties.Add("-p:KlpCompileOptions=-DOPTION=1")),
        ("the module's name", run => run.properties.Add("-p:KlpModuleName=renamed")),
        ("a KlpReplaces item added", run => run.items.Add($"<KlpReplaces Include=\"{run.Earlier()}\" />")),
        ("a KlpBootCheck item added", run => run.items.Add("""<KlpBootCheck Include="/proc/cmdline" Contains="patched" />""")),
        ("the toolchain replaced", run => TestProject.Touch(run.toolchain.Compiler)),
        ("another order of PATH, with the same tools", run => run.project.Variables["PATH"] = $"/nonexistent:{string.Join(':', Environment.GetEnvironmentVariable("PATH")!.Split(':').Reverse())}"),
        ("the SDK replaced", run => run.ReplaceTasks()),
        ("the module in bin deleted", run => run.DeleteOutput("bin", ".ko")),
        ("the manifest in bin deleted", run => run.DeleteOutput("bin", ".klp.json")),
        ("the manifest in obj deleted", run => run.DeleteOutput("obj", ".klp.json")),
        ("the converted module in obj deleted", run => run.DeleteOutput("obj", ".ko")),
        ("kbuild's folder in obj deleted", run => Directory.Delete(run.project.Combine("obj", "Debug", TestKernel.Release, "kbuild"), recursive: true)),
        ("obj deleted", run => Directory.Delete(run.project.Combine("obj"), recursive: true)),
        ("the symbol database deleted", run => File.Delete(run.project.Databases.Single())),
        ("dotnet clean", run => run.project.Run("clean").Succeeded()),
    ];

    private readonly TestProject project = new();
    private readonly KernelTreeCopy kernel = new();
    private readonly TestFolder tasks = new();
    private readonly TestToolchain toolchain;
    private readonly List<string> properties = [];
    private readonly List<string> items = [];
    private readonly Dictionary<string, ChangeResult> results = [];

    public ChangeTableRun()
    {
        foreach (string file in (string[])[".config", "Module.symvers", "vmlinux", "include/generated/bounds.h", TestKernel.Module])
            kernel.Own(file);
        kernel.Own("Makefile", File.ReadAllText(Path.Combine(TestKernel.Tree, "Makefile")).Replace(RealPath.Of(TestKernel.Tree), kernel.Path, StringComparison.Ordinal));
        project.KernelTree = kernel.Path;
        project.Write("lib/text.h", "#define TEXT \"text\"\n");
        project.Write("lib/lib.c", "#include \"text.h\"\nconst char lib_text[] = TEXT;\n");
        toolchain = new TestToolchain(project.Home);
        properties.Add($"-p:KlpCrossCompile={toolchain.Prefix}");
    }

    /// <summary>The names of the changes, in their order.</summary>
    public static IReadOnlyList<string> Changes { get; } = [.. All.Select(change => change.Name)];

    public void Dispose()
    {
        project.Dispose();
        kernel.Dispose();
        tasks.Dispose();
    }

    /// <summary>What came of a change; makes it, and those before it, when it was not asked for yet.</summary>
    internal ChangeResult Result(string change)
    {
        foreach ((string name, Action<ChangeTableRun> make) in All)
        {
            if (!results.ContainsKey(name))
            {
                make(this);
                project.WriteProject($"<ItemGroup>{string.Concat(items)}</ItemGroup>");
                results[name] = new ChangeResult(Build(), Build());
            }

            if (name == change)
                break;
        }

        return results[change];
    }

    private IReadOnlyList<string> Build() => project.Build([.. properties]).Succeeded().Ran;

    // A livepatch to replace: the one that was just built.
    private string Earlier()
    {
        string earlier = Path.Combine(project.Home, "earlier.ko");
        File.Copy(project.Files("bin").Select(file => project.Combine(file)).Single(file => file.EndsWith(".ko", StringComparison.Ordinal)), earlier);
        return earlier;
    }

    private void ReplaceTasks()
    {
        foreach (string file in Directory.EnumerateFiles(PackedSdk.TasksFolder))
            File.Copy(file, tasks.Combine(Path.GetFileName(file)));
        string assembly = tasks.Combine("Klp.Build.Tasks.dll");
        TestProject.Touch(assembly);
        properties.Add($"-p:KlpTasksAssembly={assembly}");
    }

    private void DeleteOutput(string folder, string extension) =>
        File.Delete(project.Combine(folder, "Debug", TestKernel.Release, "renamed" + extension));
}

/// <summary>The stages that ran in the build after a change, and in another build after that.</summary>
internal sealed record ChangeResult(IReadOnlyList<string> Ran, IReadOnlyList<string> RanAgain);
