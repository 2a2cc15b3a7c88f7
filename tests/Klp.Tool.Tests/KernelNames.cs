namespace Klp.Tool.Tests;

/// <summary>The demo kernel's symbols as nm of the cross binutils and the kernel's own scripts/mksysmap list them.</summary>
internal static class KernelNames
{
    /// <summary>Lines of "address type name", by address, as /proc/kallsyms has them: without absolute symbols.</summary>
    internal static IReadOnlyList<string> Lines { get; } = Read();

    /// <summary>Asserts names in the order of addresses; in no order at one address, where nm and the kernel may differ.</summary>
    internal static void AssertAre(IReadOnlyList<string> actual)
    {
        Assert.Equal(Lines.Count, actual.Count);
        int position = 0;
        foreach (string[] sameAddress in Lines.Select(line => line.Split(' ')).GroupBy(fields => fields[0], fields => fields[2]).Select(group => group.ToArray()))
        {
            Assert.Equal(sameAddress.Order(StringComparer.Ordinal), actual.Skip(position).Take(sameAddress.Length).Order(StringComparer.Ordinal));
            position += sameAddress.Length;
        }
    }

    private static string[] Read()
    {
        string source = Path.Combine(DemoKernelTree.Path, Directory.Exists(Path.Combine(DemoKernelTree.Path, "source")) ? "source" : "");
        string sorted = Klp.Tests.Tool.Run(Klp.Tests.Tool.Arm64 + "nm", "-n", Path.Combine(DemoKernelTree.Path, "vmlinux")).Output;
        return [.. Klp.Tests.Tool.RunWithInput("sed", sorted, "-f", Path.Combine(source, "scripts/mksysmap")).Lines.Where(line => line.Split(' ')[1] is not ("A" or "a"))];
    }
}
