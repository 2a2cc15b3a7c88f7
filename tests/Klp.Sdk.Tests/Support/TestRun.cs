using System.Globalization;

namespace Klp.Sdk.Tests.Support;

/// <summary>
/// The folder of this run of the tests. The test host is killed when it does not end at once, so what a run leaves is removed
/// by the next.
/// </summary>
internal static class TestRun
{
    private const string Prefix = "klp-sdk-tests-";
    private static readonly Lazy<string> Made = new(Make);

    public static string Folder => Made.Value;

    private static string Make()
    {
        string temporary = Path.GetTempPath();
        string folder = Directory.CreateDirectory(Path.Combine(temporary, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture))).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        foreach (string left in Directory.EnumerateDirectories(temporary, Prefix + "*").Where(IsLeft))
            Remove(left, Path.Combine(folder, "left"));
        return folder;
    }

    private static bool IsLeft(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..], CultureInfo.InvariantCulture, out int process) && !Processes.Lives(process);

    // The runs of two projects may begin at the same time. Of two that delete a folder both fail, of two that move it one does.
    private static void Remove(string folder, string own)
    {
        try
        {
            Directory.Move(folder, own);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        Directory.Delete(own, recursive: true);
    }
}
