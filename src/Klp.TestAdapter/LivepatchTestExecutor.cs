using Klp.Boot.Host;
using Klp.Boot.Testing;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Klp.TestAdapter;

/// <summary>Boots the kernels of a plan and reports the cases.</summary>
[ExtensionUri(LivepatchTestCases.ExecutorUri)]
public sealed class LivepatchTestExecutor : ITestExecutor, IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    /// <inheritdoc/>
    public void Cancel() => cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => cancellation.Dispose();

    /// <inheritdoc/>
    public void RunTests(IEnumerable<string>? sources, IRunContext? runContext, IFrameworkHandle? frameworkHandle)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(frameworkHandle);
        Func<TestCase, bool> filter;
        try
        {
            filter = LivepatchTestCases.Filter(runContext);
        }
        catch (TestPlatformFormatException e)
        {
            frameworkHandle.SendMessage(TestMessageLevel.Error, e.Message);
            return;
        }

        Run(sources, filter, runContext, frameworkHandle);
    }

    /// <inheritdoc/>
    public void RunTests(IEnumerable<TestCase>? tests, IRunContext? runContext, IFrameworkHandle? frameworkHandle)
    {
        ArgumentNullException.ThrowIfNull(tests);
        ArgumentNullException.ThrowIfNull(frameworkHandle);
        ILookup<string, string> selected = tests.ToLookup(test => test.Source, test => test.FullyQualifiedName);
        Run(
            selected.Select(source => source.Key),
            test => selected[test.Source].Contains(test.FullyQualifiedName),
            runContext,
            frameworkHandle);
    }

    private void Run(IEnumerable<string> sources, Func<TestCase, bool> isSelected, IRunContext? context, IFrameworkHandle handle)
    {
        // The guests end with this process.
        using RunnerWatch watch = new(() => Environment.Exit(1));
        foreach (string source in sources)
        {
            try
            {
                foreach (LivepatchTestCases kernel in LivepatchTestCases.Read(source))
                    Run(kernel, isSelected, context, handle);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or BootSetupException)
            {
                handle.SendMessage(TestMessageLevel.Error, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Run(LivepatchTestCases kernel, Func<TestCase, bool> isSelected, IRunContext? context, IFrameworkHandle handle)
    {
        Dictionary<LivepatchCase, TestCase> selected = kernel.Cases
            .Where(item => isSelected(item.TestCase))
            .ToDictionary(item => item.Case, item => item.TestCase);
        if (selected.Count == 0)
            return;
        foreach (TestCase test in selected.Values)
            handle.RecordStart(test);
        DateTimeOffset start = DateTimeOffset.Now;
        LivepatchTestResult run = kernel.Test.RunAsync(selected.ContainsKey, cancellation.Token).GetAwaiter().GetResult();

        ResultRecorder recorder = new(handle, start);
        foreach (CaseResult result in run.Cases)
            recorder.Record(selected[result.Case], result);
        GuestFiles.Attach(kernel.Plan, run, context, handle);
    }
}
