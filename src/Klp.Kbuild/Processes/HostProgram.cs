using System.Text;

namespace Klp.Kbuild.Processes;

/// <summary>Short programs of this machine.</summary>
public static class HostProgram
{
    /// <summary>Runs a program to its end, in the C locale.</summary>
    /// <param name="program">The program's file, or a name to look for on PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads from stdin.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code and what it printed, stdout before stderr.</returns>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, string input, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        string file = ExecutableSearch.Find(program) ?? throw new IOException($"{program} cannot be started: there is no such program.");
        using ProcessGroup group = new(file, arguments, new Dictionary<string, string?> { ["LC_ALL"] = "C" });
        await group.StartAsync().ConfigureAwait(false);
        using CancellationTokenRegistration onCancel = cancellation.Register(group.End);
        Task<string> output = ReadAsync(group.Output);
        Task<string> error = ReadAsync(group.Error);
        await FeedAsync(group.Input, input).ConfigureAwait(false);
        string text = await output.ConfigureAwait(false) + await error.ConfigureAwait(false);
        await group.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return (group.ExitCode, text);
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task FeedAsync(Stream stream, string input)
    {
        try
        {
            await using (stream.ConfigureAwait(false))
                await stream.WriteAsync(Encoding.UTF8.GetBytes(input), CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It ended without reading all; its exit code says why.
        }
    }
}
