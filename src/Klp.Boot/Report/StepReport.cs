using System.Buffers;
using System.Globalization;
using System.Text;
using Klp.Boot.Script;

namespace Klp.Boot.Report;

/// <summary>Gathers the frames of one step until they make its result.</summary>
internal sealed class StepReport(GuestStep step)
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly List<StalledTask> tasks = [];
    private bool gap;
    private StepResult result = new() { Step = step, Status = StepStatus.NotRun };

    /// <summary>The kernel's log of the step.</summary>
    public List<KernelLogRecord> Log { get; } = [];

    /// <summary>Takes a frame of the step; one that is not understood is passed over.</summary>
    public void Add(Frame frame)
    {
        switch (frame.Kind)
        {
            case "begin":
                result = result with { Status = StepStatus.Interrupted };
                break;
            case "out":
                AddOutput(frame.Payload);
                break;
            case "task":
                AddTask(frame.Payload);
                break;
            case "end":
                End(frame.Payload);
                break;
        }
    }

    /// <summary>The step's result as far as the frames tell.</summary>
    public StepResult ToResult() => result with
    {
        Output = output.WrittenMemory,
        OutputComplete = result.OutputComplete && !gap && result.Status is not StepStatus.Interrupted,
        Log = Log,
        StalledTasks = tasks,
    };

    /// <summary>"OFFSET BYTES". What a killed step had sent may come again; a gap shows a damaged frame.</summary>
    private void AddOutput(ReadOnlySpan<byte> payload)
    {
        int space = payload.IndexOf((byte)' ');
        if (space < 0 || !long.TryParse(payload[..space], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long offset))
            return;
        if (offset < output.WrittenCount)
            return;
        gap |= offset > output.WrittenCount;
        output.Write(FrameReader.Unescape(payload[(space + 1)..]));
    }

    /// <summary>"TID STATE COMM STACK".</summary>
    private void AddTask(ReadOnlySpan<byte> payload)
    {
        string[] words = Encoding.ASCII.GetString(payload).Split(' ', 4);
        if (words.Length == 4 &&
            int.TryParse(words[0], CultureInfo.InvariantCulture, out int tid) &&
            int.TryParse(words[1], CultureInfo.InvariantCulture, out int state) &&
            !tasks.Exists(task => task.Tid == tid))
        {
            tasks.Add(new StalledTask(tid, state, Unescape(words[2]), Unescape(words[3]).TrimEnd('\n')));
        }
    }

    /// <summary>"STATUS NUMBER MICROSECONDS LENGTH TEXT".</summary>
    private void End(ReadOnlySpan<byte> payload)
    {
        string[] words = Encoding.ASCII.GetString(payload).Split(' ', 5);
        if (words.Length != 5 ||
            !int.TryParse(words[1], CultureInfo.InvariantCulture, out int number) ||
            !long.TryParse(words[2], CultureInfo.InvariantCulture, out long microseconds) ||
            !long.TryParse(words[3], CultureInfo.InvariantCulture, out long length))
        {
            return;
        }
        result = result with
        {
            Status = words[0] switch
            {
                "ok" => StepStatus.Succeeded,
                "errno" => StepStatus.Refused,
                "exit" => number == 0 ? StepStatus.Succeeded : StepStatus.ExitedWithError,
                "signal" => StepStatus.Signalled,
                "killed" => StepStatus.Killed,
                "timeout" => StepStatus.TimedOut,
                _ => throw new InvalidOperationException($"The guest calls '{step}' {words[0]}: {words[4]}."),
            },
            Errno = words[0] == "errno" ? number : 0,
            ExitCode = words[0] == "exit" ? number : null,
            Signal = words[0] is "signal" or "killed" ? number : 0,
            ErrorText = Unescape(words[4]),
            Duration = TimeSpan.FromMicroseconds(microseconds),
            OutputComplete = length == output.WrittenCount,
        };
    }

    private static string Unescape(string text) =>
        Encoding.UTF8.GetString(FrameReader.Unescape(Encoding.ASCII.GetBytes(text)));
}
