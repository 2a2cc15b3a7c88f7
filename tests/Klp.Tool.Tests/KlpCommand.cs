using System.Diagnostics;

namespace Klp.Tool.Tests;

/// <summary>Runs <c>klp</c> in a process of its own.</summary>
internal sealed record KlpCommand(int ExitCode, byte[] OutputBytes, string Error)
{
    internal string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    internal static KlpCommand Run(params string[] arguments) => Run([], arguments);

    internal static KlpCommand Run(byte[] input, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "klp.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("KLP_KERNEL_TREE");
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
