using System.Text;
using Klp.Elf;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Symbols;

/// <summary>
/// Writes <c>symbols.klp</c> of a kernel tree: per object the names that its kallsyms will list, in that order,
/// so that a symbol's position is a count of lines. Livepatch modules are left out: they provide nothing to patch.
/// </summary>
public static class SymbolDatabaseBuilder
{
    /// <summary>Builds the database of a kernel tree.</summary>
    /// <param name="tree">The kernel tree.</param>
    /// <param name="outputPath">The file to make. It is replaced as a whole, and stays as it was after an error.</param>
    /// <param name="diagnostics">Receives an error for each object that cannot be read.</param>
    /// <returns>True when the file was made.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static bool Build(KernelTree tree, string outputPath, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return AtomicFile.Write(outputPath, stream =>
        {
            DiagnosticBag errors = new();
            Write(tree, stream, errors);
            foreach (Diagnostic error in errors)
                diagnostics.Add(error);
            return !errors.HasErrors;
        });
    }

    private static void Write(KernelTree tree, Stream stream, DiagnosticBag diagnostics)
    {
        WriteLine(stream, SymbolDatabaseFormat.Header);
        Guard(DiagnosticCodes.VmlinuxUnreadable, tree.VmlinuxPath, diagnostics, () => WriteVmlinux(tree.VmlinuxPath, stream));
        foreach (string module in tree.ModulePaths)
            Guard(DiagnosticCodes.ModuleUnreadable, module, diagnostics, () => WriteModule(module, stream));
    }

    private static void WriteVmlinux(string path, Stream stream)
    {
        using ElfImage vmlinux = ElfImage.Open(path);
        WriteLine(stream, "*" + ModuleName.Vmlinux);
        foreach ((_, ReadOnlyMemory<byte> name) in VmlinuxKallsyms.Read(vmlinux).Symbols())
            WriteName(stream, name);
    }

    private static void WriteModule(string path, Stream stream)
    {
        using ElfImage module = ElfImage.Open(path);
        if (ModuleInfo.Read(module).IsLivepatch)
            return;

        WriteLine(stream, "*" + ModuleName.FromPath(path));
        foreach (ReadOnlyMemory<byte> name in new ModuleSymbolView(module).LiveNames())
            WriteName(stream, name);
    }

    private static void Guard(string code, string path, DiagnosticBag diagnostics, Action read)
    {
        try
        {
            read();
        }
        catch (ElfFormatException problem)
        {
            diagnostics.AddError(code, $"The symbols of {path} cannot be read: {problem.Message}. Build the kernel and its modules anew.", new SourcePlace(path));
        }
    }

    private static void WriteName(Stream stream, ReadOnlyMemory<byte> name)
    {
        stream.Write(name.Span);
        stream.WriteByte((byte)'\n');
    }

    private static void WriteLine(Stream stream, string line) => WriteName(stream, Encoding.Latin1.GetBytes(line));
}
