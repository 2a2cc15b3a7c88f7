using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>
/// Runs <c>klp</c> in a process of its own: by the runtime, or, where KLP_COMMAND names it, the one that is compiled ahead.
/// </summary>
internal sealed record KlpCommand(int ExitCode, byte[] OutputBytes, string Error)
{
    internal string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    /// <summary>What is run: the command, or the runtime with its assembly.</summary>
    internal static string[] Program { get; } = Environment.GetEnvironmentVariable("KLP_COMMAND") is { Length: > 0 } command
        ? [command]
        : ["dotnet", Path.Combine(AppContext.BaseDirectory, "klp.dll")];

    /// <summary>The same as a word or two of a shell.</summary>
    internal static string ShellWords => string.Join(' ', Program.Select(word => $"'{word}'"));

    /// <summary>The files that it needs.</summary>
    internal static IEnumerable<string> Files => Program is [var command] ? [command] : Directory.EnumerateFiles(AppContext.BaseDirectory)
        .Where(file => Path.GetFileName(file) is { } name
            && (name.StartsWith("klp", StringComparison.OrdinalIgnoreCase) || name.StartsWith("System.CommandLine", StringComparison.Ordinal)));

    internal static KlpCommand Run(params string[] arguments) => Run([], arguments);

    /// <summary>Runs it with a kernel tree in KLP_KERNEL_TREE.</summary>
    internal static KlpCommand RunWithTree(string tree, params string[] arguments) => Run(tree, [], arguments);

    internal static KlpCommand Run(byte[] input, params string[] arguments) => Run(null, input, arguments);

    /// <summary>Runs it in a folder.</summary>
    /// <param name="folder">The current directory.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">The arguments.</param>
    internal static KlpCommand RunIn(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = Start(null, arguments);
        start.WorkingDirectory = folder;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Finish(start, []);
    }

    private static KlpCommand Run(string? tree, byte[] input, string[] arguments) => Finish(Start(tree, arguments), input);

    private static ProcessStartInfo Start(string? tree, string[] arguments)
    {
        ProcessStartInfo start = new(Program[0], [.. Program[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KLP_KERNEL_TREE"] = tree;
        return start;
    }

    private static KlpCommand Finish(ProcessStartInfo start, byte[] input)
    {
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task write = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        });
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        write.Wait();
        return new KlpCommand(process.ExitCode, output.ToArray(), error.Result);
    }
}
