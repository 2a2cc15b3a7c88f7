using System.Text.RegularExpressions;
using Klp.Boot.Host;
using Klp.Boot.Testing;
using Klp.Build.Tasks;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;

namespace Klp.TestAdapter;

/// <summary>The cases of a kernel of a plan as the test platform has them.</summary>
internal sealed partial class LivepatchTestCases
{
    /// <summary>The executor's address.</summary>
    public const string ExecutorUri = "executor://klp.sdk/v1";

    /// <summary>What a filter may ask for.</summary>
    private static readonly string[] FilterNames = ["Name", "DisplayName", "FullyQualifiedName", "Kernel"];

    private static readonly TestProperty NameProperty =
        TestProperty.Register("KlpTest.Name", "Name", typeof(string), TestPropertyAttributes.None, typeof(TestCase));

    private static readonly TestProperty KernelProperty =
        TestProperty.Register("KlpTest.Kernel", "Kernel", typeof(string), TestPropertyAttributes.None, typeof(TestCase));

    private LivepatchTestCases(LivepatchTestPlan plan, LivepatchTest test, IReadOnlyList<(LivepatchCase, TestCase)> cases)
    {
        Plan = plan;
        Test = test;
        Cases = cases;
    }

    /// <summary>What to test.</summary>
    public LivepatchTestPlan Plan { get; }

    /// <summary>The test.</summary>
    public LivepatchTest Test { get; }

    /// <summary>The cases, in their order.</summary>
    public IReadOnlyList<(LivepatchCase Case, TestCase TestCase)> Cases { get; }

    /// <summary>Reads the cases of a plan's file, kernel by kernel.</summary>
    /// <param name="source">The plan's file.</param>
    /// <exception cref="InvalidDataException">It is not a plan.</exception>
    /// <exception cref="IOException">It, or a module, cannot be read.</exception>
    /// <exception cref="BootSetupException">A module is not there, or not a module.</exception>
    public static IEnumerable<LivepatchTestCases> Read(string source)
    {
        BootPlan plan = BootPlan.Read(source);
        foreach (LivepatchTestPlan kernel in plan.Kernels)
        {
            LivepatchTest test = LivepatchTest.Prepare(kernel, ProjectWords.All);
            yield return new LivepatchTestCases(kernel, test, [.. test.Cases.Select(item => (item, Make(plan, kernel, item, source)))]);
        }
    }

    /// <summary>The filter of the user's command line, as a question of a case.</summary>
    /// <exception cref="TestPlatformFormatException">The filter is wrong.</exception>
    public static Func<TestCase, bool> Filter(IRunContext? context)
    {
        ITestCaseFilterExpression? filter = context?.GetTestCaseFilter(FilterNames, name => Property(name)!);
        return test => filter is null
            || filter.MatchTestCase(test, name => Property(name) is { } property ? test.GetPropertyValue(property) : null);
    }

    private static TestCase Make(BootPlan plan, LivepatchTestPlan kernel, LivepatchCase item, string source)
    {
        // The part before the last dot is a class to the test platform; no name may have a dot of its own.
        TestCase test = new($"{Identifier(plan.Project)}.{Identifier(kernel.Kernel)}.{Identifier(item.Name)}", new Uri(ExecutorUri), source)
        {
            DisplayName = $"{plan.Project}: {GuestText.Clean(item.Name)} ({kernel.Kernel})",
            CodeFilePath = item.Place?.File ?? plan.ProjectFile,
            LineNumber = item.Place?.Line ?? 0,
        };
        test.SetPropertyValue(NameProperty, item.Name);
        test.SetPropertyValue(KernelProperty, kernel.Kernel);
        return test;
    }

    private static string Identifier(string name) => Other().Replace(name, "_");

    private static TestProperty? Property(string name) => name.ToUpperInvariant() switch
    {
        "NAME" => NameProperty,
        "DISPLAYNAME" => TestCaseProperties.DisplayName,
        "FULLYQUALIFIEDNAME" => TestCaseProperties.FullyQualifiedName,
        "KERNEL" => KernelProperty,
        _ => null,
    };

    [GeneratedRegex("[^A-Za-z0-9_/:-]+")]
    private static partial Regex Other();
}
