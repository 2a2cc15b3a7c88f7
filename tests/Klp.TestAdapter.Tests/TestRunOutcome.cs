using System.Xml.Linq;

namespace Klp.TestAdapter.Tests;

/// <summary>What dotnet test said, printed and left, the results as its TRX has them.</summary>
internal sealed record TestRunOutcome(int ExitCode, string Output, string Folder, IReadOnlyList<TestRunCase> Cases)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static TestRunOutcome Read(int exitCode, string output, string folder)
    {
        string file = Path.Combine(folder, "run.trx");
        if (!File.Exists(file))
            return new TestRunOutcome(exitCode, output, folder, []);
        XElement run = XDocument.Load(file).Root!;
        Dictionary<string, XElement> definitions = run.Descendants(Trx + "UnitTest").ToDictionary(
            test => test.Attribute("id")!.Value,
            test => test.Element(Trx + "TestMethod")!);
        return new TestRunOutcome(exitCode, output, folder,
        [
            .. run.Descendants(Trx + "UnitTestResult").Select(result => new TestRunCase(
                result.Attribute("testName")!.Value,
                definitions[result.Attribute("testId")!.Value].Attribute("className")!.Value + "." + definitions[result.Attribute("testId")!.Value].Attribute("name")!.Value,
                result.Attribute("outcome")!.Value,
                result.Descendants(Trx + "Message").FirstOrDefault()?.Value ?? "",
                result.Descendants(Trx + "StackTrace").FirstOrDefault()?.Value ?? "",
                result.Descendants(Trx + "StdOut").FirstOrDefault()?.Value ?? "")),
        ]);
    }

    /// <summary>The case of a name; fails the test with what was printed when there is none.</summary>
    public TestRunCase this[string name] => Cases.FirstOrDefault(item => item.Case == name) ?? throw new InvalidOperationException($"There is no case '{name}'.\n{Output}\n{string.Join('\n', Cases)}");

    /// <summary>The names of the cases with an outcome of TRX: Passed, Failed, NotExecuted. Sorted, as a TRX has no order.</summary>
    public IEnumerable<string> Names(string outcome) => Cases.Where(item => item.Outcome == outcome).Select(item => item.Case).Order(StringComparer.Ordinal);

    /// <summary>A file that the run left with its results.</summary>
    public string ReadFile(string name) => File.ReadAllText(Directory.GetFiles(Folder, name, SearchOption.AllDirectories)[0]);
}
