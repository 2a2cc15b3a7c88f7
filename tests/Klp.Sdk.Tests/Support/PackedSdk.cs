namespace Klp.Sdk.Tests.Support;

/// <summary>
/// The package as it was just built, in a feed and a package cache of this test run, so that neither the user's cache nor
/// another version is met.
/// </summary>
internal static class PackedSdk
{
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>The folder of nested projects: below it each finds the feed.</summary>
    public static string Folder => Made.Value;

    /// <summary>The folder that takes the place of the user's package cache.</summary>
    public static string PackageCache => Path.Combine(Folder, "packages");

    /// <summary>The package's version.</summary>
    public static string Version => Path.GetFileNameWithoutExtension(Package())["Klp.Sdk.".Length..];

    /// <summary>The tasks as nested builds load them, once one of them has restored the package.</summary>
    public static string TasksFolder => Path.Combine(PackageCache, "klp.sdk", Version, "tasks", "net10.0");

    private static string Make()
    {
        string folder = Directory.CreateDirectory(Path.Combine(TestRun.Folder, "sdk")).FullName;
        string feed = Directory.CreateDirectory(Path.Combine(folder, "feed")).FullName;
        File.Copy(Package(), Path.Combine(feed, Path.GetFileName(Package())));
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            """
            <configuration>
              <packageSources>
                <clear />
                <add key="feed" value="feed" />
              </packageSources>
            </configuration>
            """);
        return folder;
    }

    // Older versions may lie beside the one just packed.
    private static string Package() =>
        Directory.GetFiles(Repository.Packages, "Klp.Sdk.*.nupkg").MaxBy(File.GetLastWriteTimeUtc)
        ?? throw new InvalidOperationException($"There is no package in {Repository.Packages}: build Klp.Sdk.sln.");
}
