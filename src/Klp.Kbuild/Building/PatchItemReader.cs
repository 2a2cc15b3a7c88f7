using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Livepatch.Generation;

namespace Klp.Kbuild.Building;

/// <summary>Reads what a user writes about functions, objects, states and symbols, each a text.</summary>
/// <param name="diagnostics">Receives what is malformed in it.</param>
public sealed partial class PatchItemReader(DiagnosticBag diagnostics)
{
    /// <summary>The name of an object: vmlinux where none is given, and a module's as it is at run time. Null if it can be none.</summary>
    /// <param name="name">The name that the user has.</param>
    /// <param name="item">The item in words.</param>
    /// <param name="code">The diagnostic's code if it is none.</param>
    /// <param name="place">The item's place.</param>
    public string? ReadObjectName(string name, string item, string code, SourcePlace? place)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            return ModuleName.Vmlinux;
        if (name.Length <= ModuleName.MaxLength && ObjectPattern().IsMatch(name))
            return ModuleName.FromPath(name);
        diagnostics.AddError(
            code,
            $"{item} is of the object '{name}', which is not the name of a module. Name the module as the kernel does, such as dm_mod for "
                + "dm-mod.ko, or vmlinux.",
            place);
        return null;
    }

    /// <summary>A position: 0 where none is given. Null if it is none.</summary>
    /// <param name="text">What the user has.</param>
    /// <param name="item">The item in words.</param>
    /// <param name="code">The diagnostic's code if it is none.</param>
    /// <param name="place">The item's place.</param>
    public int? ReadPosition(string text, string item, string code, SourcePlace? place)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int position))
            return position;
        diagnostics.AddError(
            code,
            $"{item} has {HostWord.Position}\"{text}\". It has to be a number: 0 for a name that is unique in its object, else the "
            + "position among "
                + "the symbols of that name, from 1.",
            place);
        return null;
    }

    /// <summary>A function to patch; null if something is wrong.</summary>
    /// <param name="name">The function's name.</param>
    /// <param name="with">The function that replaces it; empty for <see cref="NewFunctionName"/>.</param>
    /// <param name="objectName">The object that has it; empty for vmlinux.</param>
    /// <param name="position">Its position among those of its name; empty for a unique one.</param>
    /// <param name="place">Where the user says so.</param>
    public DescribedFunction? ReadFunction(string name, string with, string objectName, string position, SourcePlace? place)
    {
        ArgumentNullException.ThrowIfNull(with);
        string words = $"{HostWord.TheFunction} '{name}'";
        if (!SymbolPattern().IsMatch(name))
            return Malformed<DescribedFunction>($"{words} is not the name of a function.", place);
        if (with.Length == 0)
            with = NewFunctionName.For(name);
        else if (!IdentifierPattern().IsMatch(with))
            return Malformed<DescribedFunction>(
                $"{words} has {HostWord.NewFunction}\"{with}\", which is not the name of a C function.", place);
        return ReadObjectName(objectName, words, DiagnosticCodes.TableItemMalformed, place) is { } patched
            && ReadPosition(position, words, DiagnosticCodes.TableItemMalformed, place) is { } sympos
            ? new DescribedFunction(name, patched, with, sympos, place)
            : null;
    }

    /// <summary>A patched object with its callbacks; null if something is wrong.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="callback">The name of the function of a callback, or an empty one.</param>
    /// <param name="place">Where the user says so.</param>
    public DescribedObject? ReadObject(string name, Func<CallbackKind, string> callback, SourcePlace? place)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (ReadObjectName(name, $"The {HostWord.ObjectItem} '{name}'", DiagnosticCodes.TableItemMalformed, place) is not { } patched)
            return null;
        List<DescribedCallback> callbacks = [];
        foreach (CallbackKind kind in Enum.GetValues<CallbackKind>())
        {
            string function = callback(kind);
            if (IdentifierPattern().IsMatch(function))
                callbacks.Add(new DescribedCallback(kind, function));
            else if (function.Length > 0)
                return Malformed<DescribedObject>(
                    $"The {HostWord.ObjectItem} '{name}' has {kind}=\"{function}\", which is not the name of a C function.", place);
        }

        return new DescribedObject(patched, callbacks, place);
    }

    /// <summary>A state that the livepatch modifies; null if something is wrong.</summary>
    /// <param name="id">Its id, decimal or with 0x.</param>
    /// <param name="version">Its version; empty for 1.</param>
    /// <param name="place">Where the user says so.</param>
    public DescribedState? ReadState(string id, string version, SourcePlace? place)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (ReadNumber(id) is not { } number || number == 0)
            return Malformed<DescribedState>(
                $"The {HostWord.StateItem} '{id}' is not the id of a state: a number from 1 on, decimal or with 0x.", place);
        ulong? read = version.Length == 0 ? 1 : ReadNumber(version);
        return read is <= uint.MaxValue
            ? new DescribedState(number, (uint)read, place)
            : Malformed<DescribedState>(
                $"The {HostWord.StateItem} '{id}' has Version=\"{version}\". It has to be a number of 32 bits, decimal or with 0x.", place);
    }

    private static ulong? ReadNumber(string text)
    {
        bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return ulong.TryParse(isHexadecimal ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out ulong number) ? number : null;
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
