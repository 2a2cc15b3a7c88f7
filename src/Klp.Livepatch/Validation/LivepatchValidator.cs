using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Modules;
using Klp.Kernel.Symbols;
using Klp.Kernel.Tracing;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Validation;

/// <summary>Foretells what the kernel would refuse, or load and get wrong, in a finished livepatch module. Changes nothing.</summary>
public static class LivepatchValidator
{
    /// <summary>Validates a module's file, signed or not, compressed or not.</summary>
    /// <param name="path">The finished module.</param>
    /// <param name="tree">The kernel it is for.</param>
    /// <param name="database">The kernel's symbols, or null to read those that the module needs from the tree.</param>
    /// <param name="diagnostics">Receives a finding for each rule that is broken.</param>
    /// <returns>The module; null after an error that keeps it from being read.</returns>
    /// <exception cref="InvalidDataException">The module is compressed, and damaged.</exception>
    /// <exception cref="IOException">The module or a file of the kernel tree cannot be read.</exception>
    public static LivepatchModule? ValidateFile(string path, KernelTree tree, SymbolDatabase? database, DiagnosticBag diagnostics) =>
        Validate(CompressedFile.ReadAllBytes(path), path, tree, database, diagnostics);

    /// <summary>Validates a module.</summary>
    /// <param name="contents">The bytes of the finished module, not compressed.</param>
    /// <param name="fileName">The file as the user knows it, for messages.</param>
    /// <param name="tree">The kernel it is for.</param>
    /// <param name="database">The kernel's symbols, or null to read those that the module needs from the tree.</param>
    /// <param name="diagnostics">Receives a finding for each rule that is broken.</param>
    /// <returns>The module as the kernel reads it; null after an error that keeps it from being read.</returns>
    /// <exception cref="IOException">A file of the kernel tree cannot be read.</exception>
    public static LivepatchModule? Validate(
        byte[] contents, string fileName, KernelTree tree, SymbolDatabase? database, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        ReadOnlyMemory<byte> unsigned = SignatureRules.Check(contents, fileName, tree, diagnostics);
        if (!ElfFileRules.Check(unsigned, fileName, tree, diagnostics)
            || ReadObject(ElfFileRules.AsRead(unsigned, tree), fileName, diagnostics) is not { } file)
        {
            return null;
        }

        LivepatchModule module = LivepatchModule.Of(file, tree);
        Check(module, tree, database, diagnostics);
        return module;
    }

    private static ElfObject? ReadObject(byte[] file, string fileName, DiagnosticBag diagnostics)
    {
        try
        {
            return ElfObject.Read(file, fileName);
        }
        catch (ElfFormatException damage)
        {
            diagnostics.Add(ModuleMessages.Damaged(new SourcePlace(fileName), damage.Message));
            return null;
        }
    }

    private static void Check(LivepatchModule module, KernelTree tree, SymbolDatabase? database, DiagnosticBag diagnostics)
    {
        DiagnosticBag problems = new();
        List<KernelSymbol> names = [.. NeededSymbols(module)];
        ModuleSymvers exports = tree.ReadExports(problems);
        database ??= SymbolDatabase.Read(tree.SourcesOf(names.Select(symbol => symbol.ObjectName)), problems);
        SymbolLookup? symbols = database?.Find(names.Select(symbol => symbol.Name), problems, tree.IgnoredSuffix);
        diagnostics.AddRange(problems);
        if (problems.HasErrors || symbols is null)
            return;

        ValidationContext context = new(module, tree, exports, symbols, diagnostics);
        SymbolResolver resolver = new(context);
        ModuleSectionRules.Check(context);
        ThisModuleRules.Check(context);
        PerCpuRules.Check(context);
        VersionRules.Check(context);
        ModuleInfoRules.Check(context);
        ImportRules.Check(context);
        LivepatchSectionRules.Check(context);
        LivepatchSymbolRules.Check(context, resolver);
        LivepatchRelocationRules.Check(context);
        ModuleBtfRules.Check(context);
        TableRules.Check(context, resolver, new TraceSites(tree));
        FunctionAdvice.Check(context, resolver);
    }

    private static IEnumerable<KernelSymbol> NeededSymbols(LivepatchModule module) =>
        module.File.Symbols
            .Where(symbol => symbol.IsLivepatch)
            .Select(symbol => LivepatchNames.ParseSymbol(symbol.Name))
            .OfType<KernelSymbol>()
            .Concat(module.Tables.Objects.SelectMany(
                patched => patched.Functions.Select(function => new KernelSymbol(patched.Name, function.OldName, 0))));
}
