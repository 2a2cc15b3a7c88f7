using Klp.Boot.Host;
using Klp.Boot.Testing;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Klp.TestAdapter;

/// <summary>Lists the cases of a plan, for dotnet test --list-tests and IDEs. Nothing is booted for that.</summary>
[FileExtension(BootPlan.Extension)]
[DefaultExecutorUri(LivepatchTestCases.ExecutorUri)]
public sealed class LivepatchTestDiscoverer : ITestDiscoverer
{
    /// <inheritdoc/>
    public void DiscoverTests(
        IEnumerable<string> sources, IDiscoveryContext discoveryContext, IMessageLogger logger, ITestCaseDiscoverySink discoverySink)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(discoverySink);
        foreach (string source in sources)
        {
            try
            {
                foreach ((_, TestCase test) in LivepatchTestCases.Read(source).SelectMany(kernel => kernel.Cases))
                    discoverySink.SendTestCase(test);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or BootSetupException)
            {
                logger.SendMessage(TestMessageLevel.Error, e.Message);
            }
        }
    }
}
