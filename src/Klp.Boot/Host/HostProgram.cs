using System.Diagnostics;
using System.Text;

namespace Klp.Boot.Host;

/// <summary>Programs of this machine.</summary>
internal static class HostProgram
{
    /// <summary>The path of a program, as the shell would find it; null if there is none.</summary>
    public static string? Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
            return File.Exists(name) ? Path.GetFullPath(name) : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a short program to its end, in the C locale.</summary>
    /// <returns>Its exit code and what it printed, both outputs together.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
            await FeedAsync(process.StandardInput, input, cancellation).ConfigureAwait(false);
            string text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return (process.ExitCode, text);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task FeedAsync(StreamWriter writer, string input, CancellationToken cancellation)
    {
        try
        {
            await using (writer.ConfigureAwait(false))
                await writer.WriteAsync(input.AsMemory(), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended without reading all; its exit code says why.
        }
    }
}
