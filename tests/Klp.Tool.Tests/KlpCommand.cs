using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>Runs <c>klp</c> in a process of its own.</summary>
internal sealed record KlpCommand(int ExitCode, byte[] OutputBytes, string Error)
{
    internal string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    internal static KlpCommand Run(params string[] arguments) => Run([], arguments);

    /// <summary>Runs it with a kernel tree in KLP_KERNEL_TREE.</summary>
    internal static KlpCommand RunWithTree(string tree, params string[] arguments) => Run(tree, [], arguments);

    internal static KlpCommand Run(byte[] input, params string[] arguments) => Run(null, input, arguments);

    private static KlpCommand Run(string? tree, byte[] input, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "klp.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KLP_KERNEL_TREE"] = tree;
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
