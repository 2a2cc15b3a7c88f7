using Klp.Boot.Testing;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;

namespace Klp.TestAdapter;

/// <summary>Reports results to the test platform.</summary>
/// <param name="handle">Receives them.</param>
/// <param name="start">When the guest was started; the cases follow each other.</param>
internal sealed class ResultRecorder(IFrameworkHandle handle, DateTimeOffset start)
{
    private DateTimeOffset time = start;

    /// <summary>Reports a case, and the tests of its own that a program reported.</summary>
    public void Record(TestCase test, CaseResult result)
    {
        TestResult made = Make(test, test.DisplayName, result.Outcome, result.Message);
        made.Duration = result.Duration;
        made.EndTime = time += result.Duration;
        if (result.Place is { } place)
            made.ErrorStackTrace = $"   at {result.Case.Name} in {place.File}:line {place.Line}";
        if (result.Output.Length > 0)
            made.Messages.Add(new TestResultMessage(TestResultMessage.StandardOutCategory, GuestText.Clean(result.Output)));
        if (result.ConsoleTail.Length > 0)
            made.Messages.Add(new TestResultMessage(
                TestResultMessage.StandardOutCategory, $"The end of the guest's console:\n{GuestText.Clean(result.ConsoleTail)}\n"));

        handle.RecordEnd(test, made.Outcome);
        handle.RecordResult(made);
        foreach (TapResult part in result.Parts)
            handle.RecordResult(Make(test, $"{test.DisplayName} {part.Number} {GuestText.Clean(part.Name)}", part.Outcome, part.Message));
    }

    private TestResult Make(TestCase test, string name, CaseOutcome outcome, string message) => new(test)
    {
        DisplayName = name,
        Outcome = outcome switch
        {
            CaseOutcome.Passed => TestOutcome.Passed,
            CaseOutcome.Failed => TestOutcome.Failed,
            _ => TestOutcome.Skipped,
        },
        ErrorMessage = message.Length > 0 || outcome == CaseOutcome.Failed ? GuestText.Clean(message) : null,
        StartTime = time,
        EndTime = time,
        ComputerName = Environment.MachineName,
    };
}
