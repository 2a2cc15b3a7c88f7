using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Trees;

namespace Klp.Kbuild.Runs;

/// <summary>
/// The Makefile of a distribution's headers names the rest of its packages by absolute paths, as in
/// <c>include /usr/src/linux-headers-6.12-common/Makefile</c>. Where the packages are unpacked elsewhere, make is given a
/// makefile with the paths as they are there; nothing is written to the headers.
/// </summary>
public static partial class HeadersMakefile
{
    private const string Scripts = "scripts";

    // A kernel's own Makefile is larger, and names nothing outside of itself.
    private const int LargestBytes = 16 * 1024;

    /// <summary>The text of a makefile to use in place of the headers' own.</summary>
    /// <param name="tree">The kernel tree.</param>
    /// <param name="diagnostics">Receives an error when something that the headers need is not there.</param>
    /// <returns>The text; null where the tree's own does, or after an error.</returns>
    public static string? Relocate(KernelTree tree, DiagnosticBag diagnostics)
    {
        string path = Path.Combine(tree.BuildDirectory, "Makefile");
        CheckScripts(tree, diagnostics);
        if (!File.Exists(path) || new FileInfo(path).Length > LargestBytes)
            return null;

        string text = File.ReadAllText(path);
        string root = tree.InstallationRoot.TrimEnd('/');
        string relocated = AbsolutePath().Replace(text, match =>
        {
            Group named = match.Groups["path"];
            if (Path.Exists(root + named.Value))
                return match.Value[..(named.Index - match.Index)] + root + named.Value;
            if (!Path.Exists(named.Value))
                Fail(
                    tree,
                    path,
                    $"names {named.Value}, which is neither there{(root.Length == 0 ? "" : $" nor in {root}")}",
                    PackageOf(named.Value),
                    diagnostics);
            return match.Value;
        });
        return relocated == text || diagnostics.HasErrors ? null : relocated;
    }

    // The scripts are another package's, to which the headers have a link.
    private static void CheckScripts(KernelTree tree, DiagnosticBag diagnostics)
    {
        DirectoryInfo scripts = new(Path.Combine(tree.BuildDirectory, Scripts));
        if (scripts.LinkTarget is { } target && !scripts.Exists)
            Fail(
                tree,
                scripts.FullName,
                $"is a link to {target}, which is not there",
                PackageOf(Path.GetDirectoryName(target) ?? target),
                diagnostics);
    }

    private static void Fail(KernelTree tree, string file, string what, string package, DiagnosticBag diagnostics) =>
        diagnostics.AddError(
            DiagnosticCodes.HeadersIncomplete,
            $"The headers of the kernel {tree.Release} are not whole: {file} {what}. Install the package {package}, or unpack it "
            + $"in the folder in which the headers are unpacked ({tree.InstallationRoot}).",
            new SourcePlace(file));

    // Packages are called like the folder that they bring.
    private static string PackageOf(string path) =>
        path.Split('/').FirstOrDefault(part => part.StartsWith("linux-", StringComparison.Ordinal)) ?? $"that has {path}";

    [GeneratedRegex(@"^(?:include|KBUILD_OUTPUT\s*:?=)\s*(?<path>/[^\s#]+)", RegexOptions.Multiline)]
    private static partial Regex AbsolutePath();
}
