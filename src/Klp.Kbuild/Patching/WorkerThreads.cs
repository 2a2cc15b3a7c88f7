using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Klp.Kbuild.Patching;

/// <summary>
/// Runs jobs that wait for programs, as many at a time as there are processors. On threads of their own: who blocks those of the
/// pool waits for the pool, which also reads what the programs print.
/// </summary>
internal static class WorkerThreads
{
    /// <summary>Runs all jobs.</summary>
    /// <param name="jobs">The jobs, begun in this order.</param>
    /// <param name="cancellation">Begins no further job.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    internal static void Run(IReadOnlyCollection<Action> jobs, CancellationToken cancellation)
    {
        ConcurrentQueue<Action> queue = new(jobs);
        Exception? failure = null;
        void Work()
        {
            while (failure is null && !cancellation.IsCancellationRequested && queue.TryDequeue(out Action? job))
            {
                try
                {
                    job();
                }
#pragma warning disable CA1031 // It is thrown again, on the thread that waits.
                catch (Exception problem)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, problem, null);
                }
            }
        }

        Thread[] threads = [.. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, jobs.Count))
            .Select(number => new Thread(Work) { IsBackground = true, Name = $"compile {number}" })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        cancellation.ThrowIfCancellationRequested();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }
}
