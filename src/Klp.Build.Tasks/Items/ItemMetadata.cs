using System.Text;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>
/// Finds metadata that was meant to be read: MSBuild takes any name, and what a slip was written for would not be there, a callback
/// for instance. Other names are the project's own.
/// </summary>
internal static class ItemMetadata
{
    /// <summary>Reports each name that nothing reads and that is near to one which is read.</summary>
    /// <param name="item">The item.</param>
    /// <param name="type">What it is called in the project, such as <c>KlpObject</c>.</param>
    /// <param name="read">The names that are read.</param>
    /// <param name="place">The item's place.</param>
    /// <param name="diagnostics">Receives an error for each.</param>
    internal static void Check(ITaskItem item, string type, IReadOnlyList<string> read, SourcePlace? place, DiagnosticBag diagnostics)
    {
        IEnumerable<string> names = item.CloneCustomMetadata().Keys.Cast<string>();
        foreach (string name in names.Where(name => !read.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            NearestNames near = new(name);
            foreach (string known in read)
                near.Add(Encoding.Latin1.GetBytes(known));
            string problem = $"The {type} '{item.ItemSpec}' has {name}, which nothing reads.{near.Question()}";
            if (near.Names.Count > 0)
                diagnostics.AddError(DiagnosticCodes.TableItemMalformed, problem, place);
        }
    }
}
