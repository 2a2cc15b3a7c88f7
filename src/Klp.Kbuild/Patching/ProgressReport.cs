using System.Diagnostics;

namespace Klp.Kbuild.Patching;

/// <summary>Tells now and then how far many compiles are.</summary>
/// <param name="tell">Receives a sentence.</param>
/// <param name="total">How many there are.</param>
internal sealed class ProgressReport(Action<string> tell, int total)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan last;

    /// <summary>Counts one that is done.</summary>
    /// <param name="done">How many are.</param>
    internal void Report(int done)
    {
        lock (gate)
        {
            if (done == total || watch.Elapsed - last < Pause)
                return;
            last = watch.Elapsed;
            tell($"Compiled {done} of {total} objects as patched.");
        }
    }
}
