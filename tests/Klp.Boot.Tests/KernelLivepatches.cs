using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Tests.Kernels;

namespace Klp.Boot.Tests;

/// <summary>
/// The kernel's own livepatches, from its samples and its selftests, built by the SDK; and the other modules of these folders,
/// which they patch or which are loaded beside them, built by kbuild.
/// </summary>
public sealed partial class KernelLivepatches : IDisposable
{
    private const string Kprobe = "test_klp_kprobe";

    private readonly TestFolder folder = new();
    private readonly Lazy<Task<IReadOnlyDictionary<string, string>>> built;

    /// <summary>Builds them when a test first asks for one.</summary>
    public KernelLivepatches() => built = new Lazy<Task<IReadOnlyDictionary<string, string>>>(BuildAsync);

    /// <summary>The selftests' scripts; their modules are below.</summary>
    public static string SelftestFolder { get; } = InTree("tools/testing/selftests/livepatch");

    /// <summary>The names of the selftests' modules, as their files are called.</summary>
    public static IReadOnlyList<string> SelftestModules { get; } = [.. Sources(Path.Combine(SelftestFolder, "test_modules")).Select(Name)];

    /// <summary>The names of the livepatches.</summary>
    public static IReadOnlyList<string> Livepatches { get; } = [.. All.Where(IsLivepatch).Select(Name)];

    private static string[] All => [.. Sources(InTree("samples/livepatch")), .. Sources(Path.Combine(SelftestFolder, "test_modules"))];

    /// <summary>The modules that livepatches patch.</summary>
    public IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary>The modules, livepatches and others, by name; but the one that needs kprobes.</summary>
    public Task<IReadOnlyDictionary<string, string>> Modules => built.Value;

    /// <summary>What kprobes and livepatches do to each other takes a kernel that has both on ftrace, which is no arm64 kernel.</summary>
    /// <returns>The module of the kprobe and the livepatch of the same function, for the kernel, by name.</returns>
    internal static async Task<IReadOnlyDictionary<string, string>> BuildKprobeAsync(TestFolder folder, KernelUnderTest kernel)
    {
        const string Livepatch = "test_klp_livepatch";
        await KbuildModule.CompileAsync(folder, kernel, (Kprobe, File.ReadAllText(Find(Kprobe))));
        return new Dictionary<string, string>(SdkProject.BuildAll(kernel, [(Livepatch, Find(Livepatch), [])])) { [Kprobe] = folder.Combine(Kprobe + ".ko") };
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private async Task<IReadOnlyDictionary<string, string>> BuildAsync()
    {
        string[] others = [.. All.Where(source => !IsLivepatch(source) && Name(source) != Kprobe)];
        await KbuildModule.CompileAsync(folder, DemoKernel.Kernel, [.. others.Select(source => (Name(source), File.ReadAllText(source)))]);
        Others = [.. others.Select(source => folder.Combine(Name(source) + ".ko"))];
        Dictionary<string, string> modules = new(SdkProject.BuildAll(DemoKernel.Kernel,
            All.Where(IsLivepatch).Select(source => (Name(source), source, Others.Where(other => Patches(source, Name(other)))))));
        foreach (string other in Others)
            modules.Add(Name(other), other);
        return modules;
    }

    /// <summary>A source may be only another one, included.</summary>
    private static bool IsLivepatch(string source)
    {
        string text = File.ReadAllText(source);
        return Livepatch().IsMatch(text) || Included().Matches(text).Any(match => IsLivepatch(Path.Combine(Path.GetDirectoryName(source)!, match.Groups["file"].Value)));
    }

    private static bool Patches(string source, string module) => File.ReadAllText(source).Contains($"\"{module.Replace('-', '_')}\"", StringComparison.Ordinal);

    private static string InTree(string path) => Path.Combine(DemoKernel.Tree.BuildDirectory, "source", path);

    private static IEnumerable<string> Sources(string folder) => Directory.GetFiles(folder, "*.c").Order(StringComparer.Ordinal);

    private static string Find(string name) => All.Single(source => Name(source) == name);

    private static string Name(string file) => Path.GetFileNameWithoutExtension(file);

    [GeneratedRegex(@"^MODULE_INFO\(livepatch", RegexOptions.Multiline)]
    private static partial Regex Livepatch();

    [GeneratedRegex("""^#include "(?<file>[^"]+)"$""", RegexOptions.Multiline)]
    private static partial Regex Included();
}
