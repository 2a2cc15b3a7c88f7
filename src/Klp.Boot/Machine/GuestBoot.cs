using System.Diagnostics;
using System.Text;
using Klp.Boot.Host;
using Klp.Boot.Report;
using Klp.Boot.Script;
using Klp.Kbuild.Processes;
using Klp.Kernel.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Klp.Boot.Machine;

/// <summary>Boots a kernel in QEMU, lets the guest carry out a script and gathers what it reports.</summary>
public static class GuestBoot
{
    private const int QemuErrorLimit = 64 * 1024;

    /// <summary>Between two looks at the console.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    /// <summary>How long QEMU may take to end after the guest has said that it is done.</summary>
    private static readonly TimeSpan PowerOffLimit = TimeSpan.FromSeconds(5);

    /// <summary>Boots a kernel with a script.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="script">What the guest is to do.</param>
    /// <param name="options">Limits and sizes; null for the default ones.</param>
    /// <param name="cancellation">Ends the guest and the call.</param>
    /// <returns>What happened; also of a guest that panicked, hung or never came up.</returns>
    /// <exception cref="BootSetupException">QEMU, the compiler or its C library is not installed.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled; the guest has ended.</exception>
    public static async Task<BootResult> RunAsync(
        KernelUnderTest kernel, GuestScript script, BootOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(script);
        options ??= new BootOptions();
        QemuMachine machine = kernel.Machine;
        string qemu = FindQemu(machine, options);
        byte[] init = await GuestInit.GetAsync(kernel, cancellation).ConfigureAwait(false);

        string folder = Directory.CreateTempSubdirectory("klp-boot-").FullName;
        try
        {
            using (FileStream stream = File.Create(Path.Combine(folder, QemuMachine.InitrdFile)))
                script.ToArchive(init).WriteTo(stream);
            BootResult? result = null;
            if (options.UseKvm && machine.CanUseKvm())
                result = await RunAsync(kvm: true).ConfigureAwait(false);
            // /dev/kvm may be there and yet not work for this machine, as in a virtual machine that offers it only in part.
            if (result is null or { Outcome: BootOutcome.QemuFailed, Report.Started: false })
                result = await RunAsync(kvm: false).ConfigureAwait(false);
            return result is { Outcome: BootOutcome.QemuFailed, Report.Started: false }
                ? result with { QemuVersion = await ReadVersionAsync(qemu, cancellation).ConfigureAwait(false) }
                : result;
        }
        finally
        {
            Delete(folder);
        }

        Task<BootResult> RunAsync(bool kvm) =>
            RunQemuAsync(qemu, machine.Arguments(kernel.Image, folder, options, kvm), folder, script, options, cancellation);
    }

    private static string FindQemu(QemuMachine machine, BootOptions options)
    {
        if (!string.IsNullOrEmpty(options.Qemu))
        {
            return ExecutableSearch.Find(options.Qemu) ?? throw new BootSetupException(BootSetupProblem.QemuMissing,
                $"The QEMU '{options.Qemu}', which {HostWord.Qemu} names, is not there.",
                $"Correct that, or leave it out: {string.Join(", ", machine.Programs)} are looked for.");
        }

        return machine.Programs.Select(ExecutableSearch.Find).FirstOrDefault(program => program is not null)
            ?? throw new BootSetupException(BootSetupProblem.QemuMissing,
                $"'{machine.Program}', which boots {machine.Architecture} kernels, is not installed.",
                $"Install it: {PackageAdvice.Command(machine.Package)}. Looked for: {string.Join(", ", machine.Programs)}; another "
                + $"is named with {HostWord.Qemu}.");
    }

    private static async Task<BootResult> RunQemuAsync(
        string qemu, IReadOnlyList<string> arguments, string folder, GuestScript script, BootOptions options,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        string consoleFile = Path.Combine(folder, QemuMachine.ConsoleFile);
        File.WriteAllBytes(consoleFile, []);
        using SafeFileHandle output = File.OpenHandle(consoleFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        long start = Stopwatch.GetTimestamp();
        using ProcessGroup process = new(qemu, arguments) { EndsAtOnce = true, CleanUp = () => Delete(folder) };
        await process.StartAsync().ConfigureAwait(false);
        process.Input.Close();
        using MemoryStream console = new();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using MemoryStream error = new();
        try
        {
            using CancellationTokenRegistration killing = limit.Token.Register(process.End);
            limit.CancelAfter(options.TimeLimit);
            Task readingError = ReadErrorAsync(process.Error, error);
            await ReadConsoleAsync(process, output, console, options, limit, start).ConfigureAwait(false);
            await readingError.ConfigureAwait(false);
        }
        finally
        {
            process.End();
        }
        cancellation.ThrowIfCancellationRequested();

        ReadOnlySpan<byte> bytes = console.GetBuffer().AsSpan(0, (int)console.Length);
        GuestReport report = GuestReport.Parse(bytes, script.Steps);
        return new BootResult
        {
            Outcome = Judge(report, console.Length > options.ConsoleLimit, limit.IsCancellationRequested, process.ExitCode),
            Report = report,
            Console = Encoding.UTF8.GetString(bytes),
            QemuError = Encoding.UTF8.GetString(error.ToArray()),
            QemuExitCode = process.ExitCode,
            CommandLine = string.Join(' ', [qemu, .. arguments.Select(Quote)]),
            Duration = Stopwatch.GetElapsedTime(start),
        };
    }

    private static BootOutcome Judge(GuestReport report, bool flooded, bool killed, int exitCode)
    {
        if (report.KernelConsole.Contains("Kernel panic - not syncing", StringComparison.Ordinal))
            return BootOutcome.Panicked;
        if (report.Finished)
            return BootOutcome.Completed;
        if (flooded)
            return BootOutcome.Flooded;
        if (killed)
            return BootOutcome.TimedOut;
        return exitCode != 0 ? BootOutcome.QemuFailed : BootOutcome.EndedEarly;
    }

    /// <summary>
    /// Reads what QEMU writes until it ends; once the guest is done, or past the console's limit, QEMU has little time left.
    /// </summary>
    private static async Task ReadConsoleAsync(
        ProcessGroup process, SafeFileHandle output, MemoryStream console, BootOptions options, CancellationTokenSource limit, long start)
    {
        byte[] buffer = new byte[64 * 1024];
        Task exit = process.WaitForExitAsync(CancellationToken.None);
        bool done = false, ended = false;
        while (!ended)
        {
            // What was written before the end is read after it.
            ended = exit.IsCompleted;
            int read;
            while (console.Length <= options.ConsoleLimit && (read = RandomAccess.Read(output, buffer, console.Length)) > 0)
            {
                int searched = Math.Max(0, (int)console.Length - Frame.DoneMark.Length);
                console.Write(buffer, 0, read);
                if (!done && console.GetBuffer().AsSpan(searched, (int)console.Length - searched).IndexOf(Frame.DoneMark) >= 0)
                {
                    done = true;
                    TimeSpan left = options.TimeLimit - Stopwatch.GetElapsedTime(start);
                    limit.CancelAfter(left < TimeSpan.Zero ? TimeSpan.Zero : left < PowerOffLimit ? left : PowerOffLimit);
                }
            }
            if (console.Length > options.ConsoleLimit)
                await limit.CancelAsync().ConfigureAwait(false);
            if (!ended)
                await Task.WhenAny(exit, Task.Delay(PollInterval)).ConfigureAwait(false);
        }
    }

    private static async Task<string> ReadVersionAsync(string qemu, CancellationToken cancellation)
    {
        (_, string output) = await HostProgram.RunAsync(qemu, ["--version"], "", cancellation).ConfigureAwait(false);
        return output.Split('\n')[0].Trim();
    }

    /// <summary>Reads to the end but keeps only the beginning.</summary>
    private static async Task ReadErrorAsync(Stream stream, MemoryStream error)
    {
        byte[] buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            error.Write(buffer, 0, Math.Min(read, QemuErrorLimit - (int)error.Length));
    }

    /// <summary>Removes a guest's folder, if it is still there.</summary>
    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder of the system's temporary files; it will be cleaned up.
        }
    }

    private static string Quote(string argument) =>
        argument.Contains(' ', StringComparison.Ordinal) ? $"'{argument}'" : argument;
}
