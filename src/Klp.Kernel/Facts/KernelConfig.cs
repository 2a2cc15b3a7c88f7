namespace Klp.Kernel.Facts;

/// <summary>A kernel's <c>.config</c>: the options that are set (Documentation/kbuild/kconfig.rst).</summary>
public sealed class KernelConfig
{
    private const string Prefix = "CONFIG_";
    private readonly Dictionary<string, string> values;

    private KernelConfig(Dictionary<string, string> values) => this.values = values;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The <c>.config</c>.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KernelConfig Read(string path)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            // A line that is not CONFIG_X=value is a comment: "# CONFIG_X is not set".
            if (equals > Prefix.Length && line.StartsWith(Prefix, StringComparison.Ordinal))
                values[line[Prefix.Length..equals]] = line[(equals + 1)..].Trim();
        }

        return new KernelConfig(values);
    }

    /// <summary>True when an option is built in (<c>=y</c>).</summary>
    /// <param name="option">The option's name without CONFIG_.</param>
    public bool IsEnabled(string option) => Value(option) == "y";

    /// <summary>An option's value as it is written, quotes removed, or null when it is not set.</summary>
    /// <param name="option">The option's name without CONFIG_.</param>
    public string? Value(string option) => values.TryGetValue(option, out string? value) ? value.Trim('"') : null;
}
