using Klp.Boot.Testing;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;

namespace Klp.TestAdapter;

/// <summary>Puts what the guest said into the folder of the results.</summary>
internal static class GuestFiles
{
    /// <summary>Writes two files, and attaches them to the run: what the guest reported to read, and its console as it came.</summary>
    public static void Attach(LivepatchTestPlan plan, LivepatchTestResult run, IRunContext? context, IFrameworkHandle handle)
    {
        if (run.Boot is null)
            return;
        string folder = Path.Combine(context?.TestRunDirectory ?? Path.GetTempPath(), $"klp-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        AttachmentSet set = new(new Uri(LivepatchTestCases.ExecutorUri), "Guest");
        Add($"guest-{plan.Kernel}.log", run.Transcript!, "what the guest reported");
        Add($"console-{plan.Kernel}.txt", run.Boot.Console, "the guest's console");
        handle.RecordAttachments([set]);

        void Add(string name, string text, string description)
        {
            string file = Path.Combine(folder, name);
            File.WriteAllText(file, text);
            // Of a path the test platform would make a relative address, and then no TRX.
            Uri address = new(new UriBuilder { Scheme = Uri.UriSchemeFile, Host = "", Path = file }.Uri.AbsoluteUri);
            set.Attachments.Add(new UriDataAttachment(address, description));
        }
    }
}
