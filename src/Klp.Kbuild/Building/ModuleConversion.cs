using Klp.Elf.Model;
using Klp.Kbuild.Runs;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Symbols;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Generation;
using Klp.Livepatch.Modules;

namespace Klp.Kbuild.Building;

/// <summary>Turns a module's references to symbols that the kernel does not export into livepatch relocations.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Layout">The module's sources, to name in messages.</param>
public sealed record ModuleConversion(KernelCache Kernel, StageLayout Layout)
{
    /// <summary>
    /// Reads what the user says about symbols of the kernel, beside what his sources say, and receives what is wrong with it.
    /// </summary>
    public Func<DiagnosticBag, IReadOnlyList<Annotation>> ReadAnnotations { get; init; } = _ => [];

    /// <summary>Reads the functions to patch, where the user describes them.</summary>
    public Func<DiagnosticBag, IReadOnlyList<DescribedFunction>> ReadFunctions { get; init; } = _ => [];

    /// <summary>Told what is done, in a sentence.</summary>
    public Action<string> OnProgress { get; init; } = _ => { };

    /// <summary>Converts a module.</summary>
    /// <param name="module">The module's file, as kbuild linked it.</param>
    /// <param name="diagnostics">Receives what is wrong with the module and with what the user says.</param>
    /// <returns>The converted module; null after an error.</returns>
    public byte[]? Convert(string module, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        if (Kernel.OpenTree(diagnostics) is not { } tree || SymbolDatabase.Open(Kernel.Database, diagnostics) is not { } database)
            return null;
        if (ConversionContext.For(tree, database, diagnostics) is not { } context)
            return null;

        IReadOnlyList<Annotation> annotations = ReadAnnotations(diagnostics);
        if (!diagnostics.HasErrors)
            new PatchedFunctionRules(context, tree, diagnostics).Check(ReadFunctions(diagnostics));
        if (diagnostics.HasErrors)
            return null;

        OnProgress($"Converting {Path.GetFileName(module)} for {Kernel.Release}.");
        ConversionPlan plan = ConversionPlanner.Plan(ElfObject.Open(module), context, annotations);
        diagnostics.AddRange(plan.Diagnostics.Select(Layout.InUsersFile));
        if (diagnostics.HasErrors)
            return null;

        byte[] converted = ConversionApplier.Apply(plan);
        return SecondReader.Agrees(plan, converted, diagnostics) ? converted : null;
    }
}
