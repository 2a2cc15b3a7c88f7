using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Klp.Sdk.Tests.Support;

/// <summary>A distccd that serves this machine only, on a port of its own. It ends with the test, or after a minute by itself.</summary>
internal sealed class DistccServer : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    public DistccServer()
    {
        Tool.Require("distccd", "distcc");
        Port = FreePort();
        // distccd has children, which get the signal of timeout as well: it runs them in a process group of its own.
        string[] arguments =
        [
            "--kill-after=5", "60", "distccd", "--no-detach", "--daemon", "--listen", "127.0.0.1", "--allow", "127.0.0.1",
            "--port", Port.ToString(CultureInfo.InvariantCulture), "--jobs", "2", "--log-stderr", "--log-level", "info", "--enable-tcp-insecure",
        ];
        process = Process.Start(new ProcessStartInfo("timeout", arguments) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        WaitUntilItListens();
    }

    public int Port { get; }

    /// <summary>What it logged; complete once it has ended.</summary>
    public IReadOnlyCollection<string> Log => log;

    /// <summary>Ends it and its children.</summary>
    public void Stop()
    {
        if (!process.HasExited)
            Signals.Send("TERM", process.Id);
        process.WaitForExit();
    }

    public void Dispose()
    {
        Stop();
        process.Dispose();
    }

    private void WaitUntilItListens()
    {
        while (!process.HasExited)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        Assert.Fail($"distccd ended at once:\n{string.Join('\n', log)}");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
