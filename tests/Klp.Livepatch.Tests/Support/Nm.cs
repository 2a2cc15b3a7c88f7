namespace Klp.Livepatch.Tests.Support;

/// <summary>What nm of the cross binutils shows, and the kernel's own filter of it.</summary>
internal static class Nm
{
    private const string Program = Tool.Arm64 + "nm";

    /// <summary>The names of the defined symbols in the order of the symbol table.</summary>
    internal static IEnumerable<string> Names(string path) =>
        Tool.Run(Program, "-p", "--defined-only", path).Lines.Select(line => line.Split(' ', 3)[2]);

    /// <summary>vmlinux's symbols by address, filtered by scripts/mksysmap as the kernel's build does.</summary>
    internal static IReadOnlyList<NmSymbol> SystemMap(string vmlinux) =>
        [.. Tool.RunWithInput("sed", Tool.Run(Program, "-n", vmlinux).Output, "-f", DemoTree.Source("scripts/mksysmap")).Lines.Select(NmSymbol.Parse)];

    /// <summary>A module's symbols in the order of its symbol table, mapping symbols included: name and section.</summary>
    internal static IEnumerable<(string Name, string Section)> WithSections(string module) =>
        from line in Tool.Run(Program, "-p", "--special-syms", "--format=sysv", module).Lines
        let fields = line.Split('|')
        where fields.Length == 7
        select (fields[0].TrimEnd(), fields[6]);

    /// <summary>The functions of a module's section by address.</summary>
    internal static IEnumerable<string> ByAddress(string module, string section) =>
        from line in Tool.Run(Program, "-n", "--format=sysv", module).Lines
        let fields = line.Split('|')
        where fields.Length == 7 && fields[6] == section && fields[3].Trim() == "FUNC"
        select fields[0].TrimEnd();
}
