using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>Runs <c>klp</c> in a process of its own.</summary>
internal sealed record KlpCommand(int ExitCode, byte[] OutputBytes, string Error)
{
    internal string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The command's assembly.</summary>
    internal static string Program => Path.Combine(AppContext.BaseDirectory, "klp.dll");

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
        ProcessStartInfo start = new("dotnet", [Program, .. arguments])
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
