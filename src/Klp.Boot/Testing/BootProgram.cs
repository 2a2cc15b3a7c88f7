namespace Klp.Boot.Testing;

/// <summary>A program that tests a livepatch in the guest: exit code 0 is a pass, 4 is a skip as in kselftest; TAP is understood.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Source">Its source, for the places in results.</param>
/// <param name="File">The static program on this machine; of a shell script, the script.</param>
/// <param name="IsScript">Whether the guest's busybox runs it.</param>
/// <param name="When">When it runs.</param>
/// <param name="Limit">How long it may take.</param>
public sealed record BootProgram(string Name, string Source, string File, bool IsScript, CheckTime When, TimeSpan Limit)
{
    /// <summary>The exit code of a test that could not be made here (KSFT_SKIP of tools/testing/selftests/kselftest.h).</summary>
    public const int SkipExitCode = 4;
}
