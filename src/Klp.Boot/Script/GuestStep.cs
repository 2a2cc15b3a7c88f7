using System.Globalization;
using System.Text;
using Klp.Boot.Report;

namespace Klp.Boot.Script;

/// <summary>One thing for the guest to do. What comes of it is a <see cref="StepResult"/>.</summary>
/// <remarks>A longer or shorter time limit is given with <c>step with { Limit = … }</c>.</remarks>
public sealed record GuestStep
{
    /// <summary>The time limit of a step that sets none: 20 seconds.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(20);

    private GuestStep(string verb, params string[] arguments)
    {
        foreach (string argument in arguments)
        {
            if (argument.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException("An argument of a step cannot contain NUL.", nameof(arguments));
        }
        Verb = verb;
        Arguments = arguments;
    }

    /// <summary>The word by which guest/init.c knows the step.</summary>
    public string Verb { get; }

    /// <summary>Its arguments, in the order guest/init.c expects.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>How long it may take in the guest; counted in milliseconds there.</summary>
    public TimeSpan Limit { get; init; } = DefaultLimit;

    /// <summary>Loads a module: finit_module(2), once, with no help from modprobe.</summary>
    /// <param name="file">The .ko in the guest; see <see cref="GuestScript.AddModule"/>.</param>
    /// <param name="parameters">Its parameters, parted by spaces.</param>
    public static GuestStep Load(string file, string parameters = "") => new("load", file, parameters);

    /// <summary>Unloads a module: delete_module(2), which does not wait for its users.</summary>
    /// <param name="name">Its name as in /proc/modules, so with '_'.</param>
    public static GuestStep Unload(string name) => new("unload", name);

    /// <summary>Reads a file to its end; it is the step's output.</summary>
    public static GuestStep Read(string path) => new("read", path);

    /// <summary>Writes a text into a file with one write(2), without adding a line end.</summary>
    public static GuestStep Write(string path, string text) => new("write", path, text);

    /// <summary>Waits until a file has a content, white space at its end aside.</summary>
    /// <remarks>
    /// Fails at once if the file cannot be opened. At the limit the output is the content the
    /// file had, and tasks that hold up a livepatch's transition are listed.
    /// </remarks>
    public static GuestStep WaitForContent(string path, string text, TimeSpan limit) =>
        new("wait", path, text) { Limit = limit };

    /// <summary>Waits until a path is gone; at the limit the tasks that hold it are listed.</summary>
    public static GuestStep WaitUntilGone(string path, TimeSpan limit) => new("gone", path) { Limit = limit };

    /// <summary>Lists a directory: the names, sorted, one a line, directories with a '/' behind.</summary>
    public static GuestStep List(string directory) => new("list", directory);

    /// <summary>Runs a program to its end; what it prints, to both outputs, is the step's output.</summary>
    /// <param name="program">Its path in the guest; see <see cref="GuestScript.AddProgram"/>.</param>
    /// <param name="arguments">At most 60 arguments, the program's name not among them.</param>
    public static GuestStep Run(string program, params IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Count, 60);
        return new GuestStep("run", [program, .. arguments]);
    }

    /// <summary>Makes a directory.</summary>
    public static GuestStep MakeDirectory(string path) => new("mkdir", path);

    /// <summary>Does nothing for a while; the limit is this time and the default one.</summary>
    public static GuestStep Sleep(TimeSpan time) =>
        new("sleep", Milliseconds(time)) { Limit = time + DefaultLimit };

    /// <summary>Ends PID 1, at which the kernel panics: how a harness learns what a panic looks like.</summary>
    public static GuestStep Exit() => new("exit");

    /// <summary>The step as one reads it in a message: its verb and arguments.</summary>
    public override string ToString() =>
        string.Join(' ', [Verb, .. Arguments.Where(argument => argument.Length > 0)]);

    /// <summary>The step's line in /klp/steps.</summary>
    internal string ToLine()
    {
        StringBuilder line = new StringBuilder(Verb).Append(' ').Append(Milliseconds(Limit));
        foreach (string argument in Arguments)
        {
            line.Append(' ');
            foreach (byte value in Encoding.UTF8.GetBytes(argument))
            {
                if (value is > 0x20 and < 0x7F and not (byte)'\\')
                    line.Append((char)value);
                else
                    line.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture));
            }
        }
        return line.ToString();
    }

    private static string Milliseconds(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }
}
