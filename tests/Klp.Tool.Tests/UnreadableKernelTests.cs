using System.Diagnostics;
using System.Runtime.Versioning;

namespace Klp.Tool.Tests;

/// <summary>A kernel whose files only root may read, as Ubuntu installs it, used by somebody else.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnreadableKernelTests : IDisposable
{
    private const string Release = "6.8.0-31-generic";
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempFolder folder = new();
    private readonly string headers;
    private readonly string image;

    public UnreadableKernelTests()
    {
        File.SetUnixFileMode(folder.Path, Everybody);
        headers = folder[$"usr/src/linux-headers-{Release}"];
        folder.Write($"usr/src/linux-headers-{Release}/.config", "CONFIG_X86_64=y\nCONFIG_LIVEPATCH=y\n");
        folder.Write($"usr/src/linux-headers-{Release}/Module.symvers", "");
        folder.Write($"usr/src/linux-headers-{Release}/include/generated/utsrelease.h", $"#define UTS_RELEASE \"{Release}\"\n");
        image = folder.Write($"boot/vmlinuz-{Release}", "the kernel");
        string map = folder.Write($"boot/System.map-{Release}", string.Concat(Enumerable.Range(0, 1000).Select(i => $"{0xffffffff81000000 + (ulong)i:x} t symbol_{i}\n")));
        foreach (string path in (string[])[image, map])
            File.SetUnixFileMode(path, UnixFileMode.None);
        Directory.CreateDirectory(folder["out"]);
        File.SetUnixFileMode(folder["out"], Everybody | UnixFileMode.OtherWrite);
    }

    [Fact]
    public void The_error_has_a_code_and_says_how_to_get_at_the_file()
    {
        (int exitCode, string error) = RunUnprivileged("symbols", "-k", headers, "-o", folder["out/symbols.klp"]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"{image}: error KLP0021: ", error, StringComparison.Ordinal);
        Assert.Contains($"sudo chmod +r {image}", error, StringComparison.Ordinal);
        Assert.Contains("dpkg-statoverride", error, StringComparison.Ordinal);
        Assert.Contains("name it with the option --symbols", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_symbols_that_everybody_may_read_serves_instead()
    {
        File.SetUnixFileMode(folder[$"boot/System.map-{Release}"], Everybody);

        (int exitCode, string error) = RunUnprivileged("symbols", "-k", headers, "-o", folder["out/symbols.klp"]);

        Assert.Equal(0, exitCode);
        Assert.Contains($"{image}: info KLP2007: The file may be read by root only", error, StringComparison.Ordinal);
        Assert.Contains("\nsymbol_999\n", File.ReadAllText(folder["out/symbols.klp"]), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    // Root may read everything, so it becomes somebody else, who needs the program where he may read it.
    private (int ExitCode, string Error) RunUnprivileged(params string[] arguments)
    {
        string program = folder["program"];
        if (!Directory.Exists(program))
        {
            Directory.CreateDirectory(program);
            foreach (string file in KlpCommand.Files)
                File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        }

        string[] command = [.. KlpCommand.Program[..^1], Path.Combine(program, Path.GetFileName(KlpCommand.Program[^1])), .. arguments];
        if (Environment.IsPrivilegedProcess)
            command = ["runuser", "-u", "nobody", "--", .. command];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        start.Environment["HOME"] = folder.Path;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }
}
