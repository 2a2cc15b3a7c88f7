using System.ComponentModel;
using System.Diagnostics;

namespace Klp.Elf.Tests;

/// <summary>Runs the programs that the tests compare with: binutils and compilers.</summary>
internal static class Tool
{
    internal const string Arm64 = "aarch64-linux-gnu-";

    /// <summary>Runs a program that must succeed.</summary>
    internal static ToolOutput Run(string program, params string[] arguments) => Run(program, "", arguments);

    /// <summary>Runs a program that must succeed, with something to read on its standard input.</summary>
    internal static ToolOutput RunWithInput(string program, string input, params string[] arguments) => Run(program, input, arguments);

    /// <summary>True when a program is installed.</summary>
    internal static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static ToolOutput Run(string program, string input, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{errors.Result}");
        return new ToolOutput(output.Result, errors.Result);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed ({problem.Message}); run eng/packages.sh, which installs what the tests need.", problem);
        }
    }
}
