using System.Diagnostics;

namespace Klp.Sdk.Tests.Support;

/// <summary>Runs dotnet as a user would, untouched by the dotnet that runs the tests.</summary>
internal static class DotNet
{
    // Set by the outer dotnet for itself, or by a developer for his own kernels.
    private static readonly string[] Unwanted =
    [
        "MSBUILD_EXE_PATH", "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly",
        "KLP_KERNEL_TREE", "CROSS_COMPILE", "ARCH", "LLVM", "MAKEFLAGS",
    ];

    /// <summary>Starts dotnet so that signals end it.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] command = Signals.Heeding("dotnet", arguments);
        return StartProgram(command[0], folder, command[1..], environment);
    }

    private static Process StartProgram(string program, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in Unwanted)
            start.Environment.Remove(name);
        start.Environment["NUGET_PACKAGES"] = PackedSdk.PackageCache;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // A user's messages may be in any language.
        start.Environment["LANG"] = "de_DE.UTF-8";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>The file of a program on PATH, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':')
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    public static (int ExitCode, string Output) Run(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        RunProgram("dotnet", folder, arguments, environment);

    /// <summary>Runs a program that itself runs dotnet.</summary>
    public static (int ExitCode, string Output) RunProgram(string program, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = StartProgram(program, folder, arguments, environment);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
