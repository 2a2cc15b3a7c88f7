namespace Klp.Livepatch.Tests.Support;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>The folder of the C headers that the SDK ships.</summary>
    internal static string Include => Find(Path.Combine("src", "Klp.Sdk", "include"))
        ?? throw new InvalidOperationException($"src/Klp.Sdk/include is in no folder above {AppContext.BaseDirectory}.");

    /// <summary>A folder of the checkout, or null where it is not there.</summary>
    internal static string? Find(string relative)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, relative);
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
