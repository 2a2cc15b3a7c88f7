using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks;

/// <summary>Adds what a build makes to the list by which dotnet clean removes it.</summary>
public sealed class ListMade : KlpTask
{
    /// <summary>The list, a line each. It is left alone where it has everything.</summary>
    [Required]
    public string List { get; set; } = "";

    /// <summary>The files and folders that the build makes, as absolute paths. Those of folders end in <c>/</c>.</summary>
    public string[] Made { get; set; } = [];

    /// <inheritdoc/>
    protected override void Run(DiagnosticBag diagnostics)
    {
        string list = Root(List);
        string[] listed = File.Exists(list) ? File.ReadAllLines(list) : [];
        string[] all = [.. listed.Union(Made, StringComparer.Ordinal)];
        if (all.Length > listed.Length)
            AtomicFile.WriteAllBytes(list, Encoding.UTF8.GetBytes(string.Concat(all.Select(path => path + "\n"))));
    }
}
