using Klp.Boot.Script;

namespace Klp.Boot.Report;

/// <summary>What the guest reported: of each step, and of the kernel's log.</summary>
public sealed class GuestReport
{
    /// <summary>The version of the protocol that guest/init.c speaks.</summary>
    private static ReadOnlySpan<byte> ProtocolVersion => "1"u8;

    private GuestReport()
    {
    }

    /// <summary>Whether the guest's PID 1 came to run at all.</summary>
    public bool Started { get; private init; }

    /// <summary>Whether the guest came to the end of its script.</summary>
    public bool Finished { get; private init; }

    /// <summary>What came of each step, in the order and number of the script's.</summary>
    public required IReadOnlyList<StepResult> Steps { get; init; }

    /// <summary>What the kernel logged before the first step.</summary>
    public required IReadOnlyList<KernelLogRecord> BootLog { get; init; }

    /// <summary>All that the kernel logged, as far as PID 1 lived to tell.</summary>
    public IEnumerable<KernelLogRecord> Log => BootLog.Concat(Steps.SelectMany(step => step.Log));

    /// <summary>Whether no record of the kernel's log was lost; a flood of records loses some.</summary>
    public bool LogComplete { get; private init; }

    /// <summary>How many lines of the report were damaged on their way and could not be read.</summary>
    public int DamagedLines { get; private init; }

    /// <summary>What the kernel itself printed on the console; a panic is only there.</summary>
    public required string KernelConsole { get; init; }

    /// <summary>Reads the report of these steps from the console.</summary>
    internal static GuestReport Parse(ReadOnlySpan<byte> console, IReadOnlyList<GuestStep> steps)
    {
        FrameReader reader = FrameReader.Read(console);
        List<KernelLogRecord> bootLog = new List<KernelLogRecord>();
        StepReport[] reports = [.. steps.Select(step => new StepReport(step))];
        bool started = false, finished = false, logComplete = true;

        foreach (Frame frame in reader.Frames)
        {
            switch (frame.Kind)
            {
                case "hello":
                    started |= frame.Payload.AsSpan().SequenceEqual(ProtocolVersion);
                    break;
                case "done":
                    finished = true;
                    break;
                case "lost":
                    logComplete = false;
                    break;
                case "log" when KernelLogRecord.Parse(frame.Payload) is { } record:
                    (frame.Step >= 0 && frame.Step < reports.Length ? reports[frame.Step].Log : bootLog).Add(record);
                    break;
                default:
                    if (frame.Step >= 0 && frame.Step < reports.Length)
                        reports[frame.Step].Add(frame);
                    break;
            }
        }

        return new GuestReport
        {
            Started = started,
            Finished = finished,
            Steps = [.. reports.Select(report => report.ToResult())],
            BootLog = bootLog,
            LogComplete = logComplete,
            DamagedLines = reader.Damaged,
            KernelConsole = reader.Text,
        };
    }
}
