using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Klp.Tests;

/// <summary>Runs the programs that the tests compare with: binutils, kmod, the kernel's own scripts, compilers.</summary>
internal static class Tool
{
    internal const string Arm64 = "aarch64-linux-gnu-";

    /// <summary>The folders in which programs are looked for. modinfo is in /sbin, which is not in every user's PATH.</summary>
    internal static IReadOnlyList<string> SearchPath { get; } = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':');

    /// <summary>Runs a program that must succeed.</summary>
    internal static ToolOutput Run(string program, params string[] arguments) => RunWithInput(program, "", arguments);

    /// <summary>Runs a program that must fail.</summary>
    internal static ToolOutput RunFailing(string program, params string[] arguments)
    {
        (int exitCode, ToolOutput output) = Execute(program, "", arguments);
        Assert.True(exitCode != 0, $"{program} {string.Join(' ', arguments)} succeeded\n{output.Output}");
        return output;
    }

    /// <summary>Runs a program that must succeed, with something to read on its standard input.</summary>
    internal static ToolOutput RunWithInput(string program, string input, params string[] arguments)
    {
        (int exitCode, ToolOutput output) = Execute(program, input, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {exitCode}\n{output.Output}\n{output.Errors}");
        return output;
    }

    /// <summary>True when a program is installed.</summary>
    internal static bool IsInstalled(string program) => Find(program) is not null;

    /// <summary>Fails the test where a program is missing.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="package">The Debian package that it is in.</param>
    internal static void Require(string program, string package) =>
        Assert.True(IsInstalled(program), $"{program} is not installed. It is in Debian's package {package}; 'eng/packages.sh tests' installs what the tests need.");

    private static (int ExitCode, ToolOutput Output) Execute(string program, string input, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.Latin1,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, new ToolOutput(output.Result, errors.Result));
    }

    private static Process Start(ProcessStartInfo start)
    {
        start.FileName = Find(start.FileName) ?? start.FileName;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed ({problem.Message}); run eng/packages.sh tests, which installs the Debian packages of the tests.", problem);
        }
    }

    private static string? Find(string program) => SearchPath.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
