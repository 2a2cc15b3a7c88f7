using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Reads the project's KlpSymbol items, which say what KLP_SYMPOS says in a source.</summary>
/// <param name="diagnostics">Receives what is malformed in them.</param>
internal sealed class SymbolItems(DiagnosticBag diagnostics)
{
    private readonly PatchItemReader names = new(diagnostics);
    private readonly ItemPlaces places = new();

    /// <summary>The items that are in order.</summary>
    public IReadOnlyList<Annotation> Read(ITaskItem[] items) => [.. items.Select(Read).OfType<Annotation>()];

    private Annotation? Read(ITaskItem item)
    {
        SourcePlace? place = places.Find(item, "KlpSymbol");
        string words = $"The KlpSymbol '{item.ItemSpec}'";
        return names.ReadObjectName(item.GetMetadata("Object").Trim(), words, DiagnosticCodes.AnnotationMalformed, place) is { } objectName
            && names.ReadPosition(item.GetMetadata("Position").Trim(), words, DiagnosticCodes.AnnotationMalformed, place) is { } position
            ? new Annotation(new KernelSymbol(objectName, item.ItemSpec, position), null, "KlpSymbol", place)
            : null;
    }
}
