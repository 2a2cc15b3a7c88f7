using System.Text;
using Klp.Elf.Constants;
using Klp.Elf.Image;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Images;
using Klp.Kernel.Kallsyms;
using Klp.Kernel.Modules;
using Klp.Kernel.Trees;

namespace Klp.Kernel.Symbols;

/// <summary>Writes the text of a symbol database, object by object.</summary>
internal sealed class SymbolDatabaseWriter(SymbolSources sources, Stream output, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, string> modules = new(StringComparer.Ordinal);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> missingExports = new(StringComparer.Ordinal);
    private string currentObject = "";

    internal void Write()
    {
        ReadExports();
        WriteLine(SymbolDatabaseFormat.Header);
        IReadOnlyList<(string ObjectName, IReadOnlyList<string> Names)> dump = sources.KallsymsPath is { } path
            ? KallsymsDump.Read(path, sources.KallsymsContents, diagnostics)
            : [];
        if (dump.Count > 0)
            WriteObject(dump[0].ObjectName, dump[0].Names);
        else
            WriteKernel();

        foreach (string module in sources.ModulePaths)
            Guard(module, DatabaseMessages.ModuleDamaged, () => WriteModule(module));
        // A module's file knows what a copy of kallsyms may have missed, so it goes first.
        foreach ((string objectName, IReadOnlyList<string> names) in dump.Skip(1).Where(entry => !written.Contains(entry.ObjectName)))
            WriteObject(objectName, names);
        EndObject();
    }

    private void ReadExports()
    {
        if (sources.SymversPath is not { } path)
            return;
        foreach (ExportedSymbol export in ModuleSymvers.Read(path, diagnostics).Exports)
        {
            if (!missingExports.TryGetValue(export.ObjectName, out SortedSet<string>? names))
                missingExports.Add(export.ObjectName, names = new SortedSet<string>(StringComparer.Ordinal));
            names.Add(SymbolDatabaseFormat.ExportPrefix + export.Name);
        }
    }

    private void WriteKernel()
    {
        if (sources.VmlinuxPath is { } vmlinux)
            Guard(vmlinux, DatabaseMessages.KernelDamaged, () => WriteTable(ReadVmlinux(vmlinux)));
        else if (sources.ImagePath is { } image)
            Guard(image, DatabaseMessages.KernelDamaged, () => WriteTable(ReadImage(image)));
        else if (sources.SystemMapPath is { } map)
            WriteObject(ModuleName.Vmlinux, SystemMap.ReadNames(map, diagnostics));
    }

    private static KallsymsTable ReadVmlinux(string path)
    {
        using ElfImage vmlinux = ElfImage.Open(path);
        return VmlinuxKallsyms.Read(vmlinux);
    }

    private KallsymsTable ReadImage(string path) =>
        KernelImageKallsyms.Read(KernelImage.ReadKernel(path), path, sources.ImageByteOrder);

    private void WriteTable(KallsymsTable table)
    {
        WriteObjectLine(ModuleName.Vmlinux);
        foreach ((_, ReadOnlyMemory<byte> name) in table.Symbols())
            WriteName(name.Span);
    }

    private void WriteModule(string path)
    {
        string name = ModuleName.FromPath(path);
        if (!modules.TryAdd(name, path))
        {
            RefuseOther(path, name);
            return;
        }

        using ElfImage module = ModuleImage.Open(path);
        if (ModuleInfo.Read(module).IsLivepatch)
            return;

        WriteObjectLine(name);
        foreach (ReadOnlyMemory<byte> symbol in new ModuleSymbolView(module).LiveNames())
            WriteName(symbol.Span);
    }

    // One that is named twice, or by two paths, is one.
    private void RefuseOther(string path, string name)
    {
        if (!CompressedFile.ReadAllBytes(path).AsSpan().SequenceEqual(CompressedFile.ReadAllBytes(modules[name])))
            diagnostics.Add(DatabaseMessages.NameTwice(path, name, modules[name]));
    }

    private void WriteObject(string objectName, IReadOnlyList<string> names)
    {
        WriteObjectLine(objectName);
        foreach (string name in names)
            WriteLine(name);
    }

    private void WriteObjectLine(string objectName)
    {
        EndObject();
        currentObject = objectName;
        written.Add(objectName);
        WriteLine("*" + objectName);
    }

    // Exports that kallsyms did not show come last, where they change no position.
    private void EndObject()
    {
        if (!missingExports.Remove(currentObject, out SortedSet<string>? names))
            return;
        foreach (string name in names)
            WriteLine(name);
    }

    private void WriteLine(string line) => WriteName(Encoding.Latin1.GetBytes(line));

    private void WriteName(ReadOnlySpan<byte> name)
    {
        output.Write(name);
        output.WriteByte((byte)'\n');
        if (missingExports.Count > 0
            && name.StartsWith("__ksymtab_"u8)
            && missingExports.TryGetValue(currentObject, out SortedSet<string>? missing))
        {
            missing.Remove(Encoding.Latin1.GetString(name));
        }
    }

    private void Guard(string path, Func<string, string, Diagnostic> damaged, Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException)
        {
            diagnostics.Add(DatabaseMessages.Unreadable(path));
        }
        catch (Exception problem) when (problem is ElfFormatException or InvalidDataException)
        {
            diagnostics.Add(damaged(path, problem.Message));
        }
    }
}
