namespace Klp.Kbuild.Patching;

/// <summary>Tells now and then how far work is that takes longer than a moment.</summary>
internal sealed class ProgressReport : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Action<string> tell;
    private readonly Func<int, string> describe;
    private readonly Timer timer;
    private int done;
    private bool isOver;

    /// <summary>Begins to count.</summary>
    /// <param name="tell">Receives a sentence.</param>
    /// <param name="describe">Makes the sentence, of how many are done.</param>
    internal ProgressReport(Action<string> tell, Func<int, string> describe)
    {
        this.tell = tell;
        this.describe = describe;
        timer = new Timer(_ => Tell(), null, Pause, Pause);
    }

    /// <summary>Counts one that is done.</summary>
    internal void Count() => Interlocked.Increment(ref done);

    /// <summary>Ends it: nothing is told any more.</summary>
    public void Dispose()
    {
        lock (gate)
            isOver = true;
        timer.Dispose();
    }

    private void Tell()
    {
        lock (gate)
        {
            if (!isOver)
                tell(describe(done));
        }
    }
}
