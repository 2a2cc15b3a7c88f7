using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;

namespace Klp.Kernel.Kallsyms;

/// <summary>
/// A copy of a running kernel's /proc/kallsyms (kernel/kallsyms.c, s_show): the kernel's symbols and those of its loaded modules.
/// </summary>
public static class KallsymsDump
{
    /// <summary>Reads the names per object.</summary>
    /// <param name="path">The copy.</param>
    /// <param name="contents">Its contents, where they are not in a file, such as standard input; closed afterwards. Else null.</param>
    /// <param name="diagnostics">
    /// Receives an error for a line that is not of /proc/kallsyms, and when there is no symbol of the kernel.
    /// </param>
    /// <returns>The objects in the order of their first symbols, vmlinux first; after an error those of the lines before it.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<(string ObjectName, IReadOnlyList<string> Names)> Read(
        string path, Stream? contents, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        Dictionary<string, List<string>> names = new(StringComparer.Ordinal) { [ModuleName.Vmlinux] = [] };
        List<string> order = [ModuleName.Vmlinux];
        DiagnosticBag errors = new();
        KernelText text = new(path, DiagnosticCodes.VmlinuxUnreadable, errors);
        foreach ((int number, string line) in text.Lines(contents))
        {
            string[] fields = line.Split(' ', '\t');
            bool ofModule = fields.Length == 4 && fields[3] is ['[', _, .., ']'];
            if ((fields.Length != 3 && !ofModule) || fields[1].Length != 1)
            {
                text.Refuse(number, line, "\"address type name [module]\". Copy /proc/kallsyms as it is.");
                break;
            }

            string objectName = ofModule ? fields[3][1..^1] : ModuleName.Vmlinux;
            // What ftrace, kprobes and BPF make at run time is listed like a module and is none.
            if (objectName.StartsWith("__builtin__", StringComparison.Ordinal) || objectName == "bpf")
                continue;
            if (!names.TryGetValue(objectName, out List<string>? list))
            {
                names.Add(objectName, list = []);
                order.Add(objectName);
            }

            list.Add(fields[2]);
        }

        if (!errors.HasErrors && names[ModuleName.Vmlinux].Count == 0)
            text.RefuseEmpty("The file has no symbol of the kernel itself. Copy /proc/kallsyms as it is.");
        diagnostics.AddRange(errors);
        return [.. order.Select(name => (name, (IReadOnlyList<string>)names[name]))];
    }
}
