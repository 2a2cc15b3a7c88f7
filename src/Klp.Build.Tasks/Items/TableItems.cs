using Klp.Kbuild.Building;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Reads the project's items that describe the livepatch.</summary>
/// <param name="diagnostics">Receives what is malformed in them.</param>
internal sealed class TableItems(DiagnosticBag diagnostics)
{
    private readonly PatchItemReader reader = new(diagnostics);
    private readonly ItemPlaces places = new();

    /// <summary>The KlpFunction items that are in order.</summary>
    public IReadOnlyList<DescribedFunction> ReadFunctions(ITaskItem[] items) => [.. items.Select(ReadFunction).OfType<DescribedFunction>()];

    /// <summary>The KlpObject items that are in order.</summary>
    public IReadOnlyList<DescribedObject> ReadObjects(ITaskItem[] items) => [.. items.Select(ReadObject).OfType<DescribedObject>()];

    /// <summary>The KlpState items that are in order.</summary>
    public IReadOnlyList<DescribedState> ReadStates(ITaskItem[] items) => [.. items.Select(ReadState).OfType<DescribedState>()];

    private DescribedFunction? ReadFunction(ITaskItem item) => reader.ReadFunction(
        item.ItemSpec,
        Metadata(item, "With"),
        Metadata(item, "Object"),
        Metadata(item, "Position"),
        Check(item, "KlpFunction", "With", "Object", "Position"));

    private DescribedObject? ReadObject(ITaskItem item) => reader.ReadObject(
        item.ItemSpec, kind => Metadata(item, kind.ToString()), Check(item, "KlpObject", Enum.GetNames<CallbackKind>()));

    private DescribedState? ReadState(ITaskItem item) =>
        reader.ReadState(item.ItemSpec, Metadata(item, "Version"), Check(item, "KlpState", "Version"));

    private SourcePlace? Check(ITaskItem item, string type, params string[] read)
    {
        SourcePlace? place = places.Find(item, type);
        ItemMetadata.Check(item, type, read, place, diagnostics);
        return place;
    }

    private static string Metadata(ITaskItem item, string name) => item.GetMetadata(name).Trim();
}
