using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Generation;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>Reads the project's items that describe the livepatch.</summary>
/// <param name="diagnostics">Receives what is malformed in them.</param>
internal sealed partial class TableItems(DiagnosticBag diagnostics)
{
    private readonly ItemPlaces places = new();

    /// <summary>The KlpFunction items that are in order.</summary>
    public IReadOnlyList<DescribedFunction> ReadFunctions(ITaskItem[] items) => [.. items.Select(ReadFunction).OfType<DescribedFunction>()];

    /// <summary>The KlpObject items that are in order.</summary>
    public IReadOnlyList<DescribedObject> ReadObjects(ITaskItem[] items) => [.. items.Select(ReadObject).OfType<DescribedObject>()];

    /// <summary>The KlpState items that are in order.</summary>
    public IReadOnlyList<DescribedState> ReadStates(ITaskItem[] items) => [.. items.Select(ReadState).OfType<DescribedState>()];

    /// <summary>The name of an object: vmlinux where none is given, and a module's as it is at run time. Null if it can be none.</summary>
    /// <param name="name">The name that the project has.</param>
    /// <param name="item">The item in words.</param>
    /// <param name="code">The diagnostic's code if it is none.</param>
    /// <param name="place">The item's place.</param>
    public string? ReadObjectName(string name, string item, string code, SourcePlace? place)
    {
        if (name.Length == 0)
            return ModuleName.Vmlinux;
        if (name.Length <= ModuleName.MaxLength && ObjectPattern().IsMatch(name))
            return ModuleName.FromPath(name);
        diagnostics.AddError(code, $"{item} is of the object '{name}', which is not the name of a module. Name the module as the kernel does, such as dm_mod for dm-mod.ko, or vmlinux.", place);
        return null;
    }

    /// <summary>A position: 0 where none is given. Null if it is none.</summary>
    /// <param name="text">What the project has.</param>
    /// <param name="item">The item in words.</param>
    /// <param name="code">The diagnostic's code if it is none.</param>
    /// <param name="place">The item's place.</param>
    public int? ReadPosition(string text, string item, string code, SourcePlace? place)
    {
        if (text.Length == 0)
            return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int position))
            return position;
        diagnostics.AddError(code, $"{item} has Position=\"{text}\". It has to be a number: 0 for a name that is unique in its object, else the position among the symbols of that name, from 1.", place);
        return null;
    }

    private DescribedFunction? ReadFunction(ITaskItem item)
    {
        SourcePlace? place = places.Find(item, "KlpFunction");
        string words = $"The KlpFunction '{item.ItemSpec}'";
        if (!SymbolPattern().IsMatch(item.ItemSpec))
            return Malformed<DescribedFunction>($"{words} is not the name of a function.", place);

        string with = item.GetMetadata("With").Trim();
        if (with.Length == 0)
            with = NewFunctionName.For(item.ItemSpec);
        else if (!IdentifierPattern().IsMatch(with))
            return Malformed<DescribedFunction>($"{words} has With=\"{with}\", which is not the name of a C function.", place);
        return ReadObjectName(item.GetMetadata("Object").Trim(), words, DiagnosticCodes.TableItemMalformed, place) is { } name
            && ReadPosition(item.GetMetadata("Position").Trim(), words, DiagnosticCodes.TableItemMalformed, place) is { } position
            ? new DescribedFunction(item.ItemSpec, name, with, position, place)
            : null;
    }

    private DescribedObject? ReadObject(ITaskItem item)
    {
        SourcePlace? place = places.Find(item, "KlpObject");
        if (ReadObjectName(item.ItemSpec, $"The KlpObject '{item.ItemSpec}'", DiagnosticCodes.TableItemMalformed, place) is not { } name)
            return null;

        List<DescribedCallback> callbacks = [];
        foreach (CallbackKind kind in Enum.GetValues<CallbackKind>())
        {
            string function = item.GetMetadata(kind.ToString()).Trim();
            if (IdentifierPattern().IsMatch(function))
                callbacks.Add(new DescribedCallback(kind, function));
            else if (function.Length > 0)
                return Malformed<DescribedObject>($"The KlpObject '{item.ItemSpec}' has {kind}=\"{function}\", which is not the name of a C function.", place);
        }

        return new DescribedObject(name, callbacks, place);
    }

    private DescribedState? ReadState(ITaskItem item)
    {
        SourcePlace? place = places.Find(item, "KlpState");
        if (ReadNumber(item.ItemSpec) is not { } id || id == 0)
            return Malformed<DescribedState>($"The KlpState '{item.ItemSpec}' is not the id of a state: a number from 1 on, decimal or with 0x.", place);
        string text = item.GetMetadata("Version").Trim();
        ulong? version = text.Length == 0 ? 1 : ReadNumber(text);
        return version is <= uint.MaxValue
            ? new DescribedState(id, (uint)version, place)
            : Malformed<DescribedState>($"The KlpState '{item.ItemSpec}' has Version=\"{text}\". It has to be a number of 32 bits, decimal or with 0x.", place);
    }

    private static ulong? ReadNumber(string text)
    {
        bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHexadecimal ? text.AsSpan(2) : text, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
    }

    private T? Malformed<T>(string problem, SourcePlace? place)
        where T : class
    {
        diagnostics.AddError(DiagnosticCodes.TableItemMalformed, $"{problem} Correct the item.", place);
        return null;
    }

    // The compiler's clones have dots: foo.isra.0.
    [GeneratedRegex(@"^[A-Za-z_.$][A-Za-z0-9_.$]*\z")]
    private static partial Regex SymbolPattern();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex IdentifierPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex ObjectPattern();
}
