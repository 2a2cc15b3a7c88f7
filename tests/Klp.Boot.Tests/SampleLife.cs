using System.Text.RegularExpressions;
using System.Xml.Linq;
using Klp.Boot.Host;
using Klp.Sdk.Tests.Support;

namespace Klp.Boot.Tests;

/// <summary>A sample as a user has it: built with dotnet build and tested with dotnet test, for any kernel.</summary>
internal sealed partial class SampleLife
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private readonly string output;
    private readonly int exitCode;
    private readonly string[] outcomes;

    private SampleLife(int exitCode, string output, string[] outcomes) => (this.exitCode, this.output, this.outcomes) = (exitCode, output, outcomes);

    /// <summary>The names of the samples.</summary>
    public static IReadOnlyList<string> Samples { get; } = ["livepatch-meminfo", "livepatch-module"];

    /// <summary>Builds a copy of a sample and tests it.</summary>
    public static SampleLife Test(KernelUnderTest kernel, string sample)
    {
        string home = SdkProject.MakeFolder(), source = Repository.Combine("samples", sample);
        string tests = Path.Combine(source, "tests");
        string[] files = [.. Directory.GetFiles(source), .. Directory.Exists(tests) ? Directory.GetFiles(tests) : []];
        foreach (string file in files.Select(file => Path.GetRelativePath(source, file)))
        {
            string copy = Path.Combine(home, sample, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(source, file), copy);
        }

        (int exitCode, string output) = DotNet.Run(Path.Combine(home, sample), ["test", "-tl:off", "--logger", "trx;LogFileName=run.trx", "--results-directory", home],
            new Dictionary<string, string> { ["KLP_KERNEL_TREE"] = kernel.Tree.BuildDirectory, ["XDG_CACHE_HOME"] = Path.Combine(PackedSdk.Folder, "cache") });
        string results = Path.Combine(home, "run.trx");
        return new SampleLife(exitCode, output, !File.Exists(results) ? [] : [.. XDocument.Load(results).Descendants(Trx + "UnitTestResult").Select(result => result.Attribute("outcome")!.Value)]);
    }

    /// <summary>Asserts that the build made the module, and warned of nothing.</summary>
    public void AssertBuilt()
    {
        Assert.False(Warning().IsMatch(output), output);
        Assert.True(outcomes.Length > 0, output);
    }

    /// <summary>Asserts that every case of its life passed.</summary>
    /// <returns>How many there are.</returns>
    public int AssertLives()
    {
        Assert.True(exitCode == 0 && outcomes.Length > 0 && outcomes.All(outcome => outcome == "Passed"), output);
        return outcomes.Length;
    }

    [GeneratedRegex(@"\bwarning\b", RegexOptions.IgnoreCase)]
    private static partial Regex Warning();
}
