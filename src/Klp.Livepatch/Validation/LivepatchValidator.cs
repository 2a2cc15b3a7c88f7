using Klp.Elf;
using Klp.Livepatch.Diagnostics;
using Klp.Livepatch.Kernel;

namespace Klp.Livepatch.Validation;

/// <summary>Foretells what the kernel would refuse, or load and get wrong, in a finished livepatch module. Changes nothing.</summary>
public static class LivepatchValidator
{
    /// <summary>Validates a module.</summary>
    /// <param name="module">The finished module.</param>
    /// <param name="tree">The kernel it is for.</param>
    /// <param name="diagnostics">Receives an error for each rule that is broken.</param>
    /// <exception cref="IOException">A file of the kernel tree cannot be read.</exception>
    public static void Validate(ElfObject module, KernelTree tree, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(tree);
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (module.Header.Machine != tree.Architecture.Machine)
        {
            diagnostics.AddError(DiagnosticCodes.ModuleMalformed, tree.WrongArchitecture(module.Header.Machine), new SourcePlace(module.FileName));
            return;
        }

        DiagnosticBag problems = new();
        ModuleSymvers exports = tree.ReadExports(problems);
        foreach (Diagnostic problem in problems)
            diagnostics.Add(problem);
        if (problems.HasErrors)
            return;
        ValidationContext context = new()
        {
            Module = module,
            Dialect = KernelDialect.For(tree.Version),
            Exports = exports,
            Release = tree.Release,
            Diagnostics = diagnostics,
        };
        ModuleInfoRules.Check(context);
        ImportRules.Check(context);
        LivepatchSectionRules.Check(context);
        LivepatchSymbolRules.Check(context);
    }
}
