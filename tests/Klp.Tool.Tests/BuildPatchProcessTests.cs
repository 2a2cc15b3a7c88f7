using System.Diagnostics;
using System.Globalization;

namespace Klp.Tool.Tests;

/// <summary><c>klp build --patch</c> among other processes: what it leaves when a signal ends it.</summary>
[Trait("Needs", "kernel")]
public sealed class BuildPatchProcessTests : IDisposable
{
    private const string Patch = """
        --- a/fs/proc/version.c
        +++ b/fs/proc/version.c
        @@ -11,3 +11,3 @@
         {
        -	seq_printf(m, linux_proc_banner,
        +	seq_printf(m, "%s %s %s",
         		utsname()->sysname,

        """;

    private const string Lingering = "setsid sleep 4 & exit 1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly BuildFolder folder = new();

    public BuildPatchProcessTests() => folder.Write("fix.patch", Patch);

    // What is given seconds to end, and what the program that calls the compiler leaves behind with its output open.
    [Theory]
    [InlineData("INT", Lingering)]
    [InlineData("TERM", Lingering)]
    [InlineData("INT", "sleep 3; exit 1")]
    [InlineData("TERM", "sleep 3; exit 1")]
    public void A_signal_leaves_no_temporary_folder_and_no_false_message_also_where_compilers_take_seconds_to_end(string signal, string atEnd)
    {
        Cancel(signal, atEnd, "-o", "fix.ko");

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Temporary, "klp-*"));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.ko"));
    }

    [Fact]
    public void A_signal_leaves_no_overlay_in_the_folder_that_is_kept()
    {
        Cancel("INT", Lingering, "--keep", "kept", "--dry-run");

        string work = Path.Combine(Assert.Single(Directory.GetDirectories(folder["kept"]), path => Path.GetFileName(path) != "headers"), "patch");
        Assert.True(Directory.Exists(Path.Combine(work, "units")));
        Assert.False(Directory.Exists(Path.Combine(work, "overlay")));
    }

    [Fact]
    public void A_build_waits_for_another_one_in_the_folder_that_is_kept()
    {
        using Process first = Start(["--keep", "kept", "-o", "first.ko", "--launcher", Launcher("sleep 1; exec \"$@\"")]);
        Wait(() => first.HasExited || File.Exists(folder["launcher.begun"]));
        Assert.False(first.HasExited);
        KlpCommand second = folder.Build("--patch", "fix.patch", "--keep", "kept", "-o", "second.ko");
        string error = first.StandardError.ReadToEnd();
        first.WaitForExit();

        Assert.Equal((0, ""), (first.ExitCode, error));
        Assert.Equal((0, $"Another build works in {folder["kept"]}; waiting for it.\n"), (second.ExitCode, second.Error));
        Assert.True(File.Exists(folder["first.ko"]) && File.Exists(folder["second.ko"]));
    }

    public void Dispose() => folder.Dispose();

    // Sends the signal while compilers run.
    private void Cancel(string signal, string atEnd, params string[] arguments)
    {
        using Process build = Start(["--launcher", Launcher($"trap '{atEnd}' TERM; while :; do sleep 1; done"), .. arguments]);
        Task<string> error = build.StandardError.ReadToEndAsync();
        Wait(() => build.HasExited || File.Exists(folder["launcher.begun"]));
        Assert.False(build.HasExited);

        Signals.Send(signal, build.Id);

        Assert.True(build.WaitForExit(Patience));
        Assert.Equal((2, "klp: cancelled\n"), (build.ExitCode, error.Result));
        Assert.False(Processes.Lives(int.Parse(File.ReadAllText(folder["launcher.begun"]), CultureInfo.InvariantCulture)));
    }

    // Stands before the compiler, and tells that it runs.
    private string Launcher(string script)
    {
        string path = folder.Write("launcher", $"#!/bin/sh\necho $$ >{folder["launcher.$$"]}; mv {folder["launcher.$$"]} {folder["launcher.begun"]}\n{script}\n");
        Klp.Tests.Tool.Run("chmod", "+x", path);
        return path;
    }

    private Process Start(params string[] arguments)
    {
        string[] command = Signals.Heeding(KlpCommand.Program[0], [.. KlpCommand.Program[1..], "build", "--patch", "fix.patch", .. arguments]);
        ProcessStartInfo start = new(command[0], command[1..]) { WorkingDirectory = folder.Path, RedirectStandardError = true };
        foreach ((string name, string value) in folder.Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static void Wait(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Patience, "It did not happen.");
            Thread.Sleep(20);
        }
    }
}
