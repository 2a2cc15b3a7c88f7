using System.Runtime.CompilerServices;
using Klp.DebugInfo.Types;
using Klp.Kernel.Trees;

namespace Klp.Livepatch.Modules;

/// <summary>
/// Where the members of a kernel's livepatch structures are (include/linux/livepatch.h), as its compiler laid them out. What
/// the tables are recognised by is not among it: the first members of klp_func and klp_object have stood still since 4.5.
/// </summary>
public sealed record LivepatchLayout
{
    // The structures have some hundred bytes; damaged debug information may say anything.
    private const ulong LargestOffset = 1 << 16;

    // struct klp_callbacks; a randomised layout (CONFIG_RANDSTRUCT) changes the order of such a structure.
    private static readonly string[] CallbackNames = ["pre_patch", "post_patch", "pre_unpatch", "post_unpatch"];

    // To look through the debug information of a whole kernel takes its time.
    private static readonly ConditionalWeakTable<KernelTree, LivepatchLayout> Known = [];

    /// <summary>The layout of kernels since 5.5, of which nothing else is known.</summary>
    public static LivepatchLayout Usual { get; } = new();

    /// <summary>Offset of klp_patch.states in bytes; null where klp_patch has none, as before 5.5.</summary>
    public ulong? States { get; init; } = 16;

    /// <summary>Offset of klp_patch.replace in bytes; null where klp_patch has none, as before 5.1.</summary>
    public ulong? Replace { get; init; } = 24;

    /// <summary>Size of klp_state in bytes.</summary>
    public ulong StateBytes { get; init; } = 24;

    /// <summary>Offset of klp_state.id in bytes.</summary>
    public ulong StateId { get; init; }

    /// <summary>Offset of klp_state.version in bytes.</summary>
    public ulong StateVersion { get; init; } = 8;

    /// <summary>The callbacks of klp_object with their offsets in bytes from its start.</summary>
    public IReadOnlyList<(string Name, ulong Offset)> Callbacks { get; init; } = [.. CallbackNames.Select(
        (name, index) => (name, 16 + (8 * (ulong)index)))];

    /// <summary>Where a kernel's compiler put the members; the usual places where no debug information tells.</summary>
    /// <param name="tree">The kernel.</param>
    /// <exception cref="IOException">vmlinux or the image that boots cannot be read.</exception>
    public static LivepatchLayout Of(KernelTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        return Known.GetValue(tree, known => Of(known.DebugInfo.FindStructure));
    }

    /// <summary>The layout of a kernel whose debug information tells it; for what that does not tell, the usual one.</summary>
    /// <param name="find">Finds a structure by its tag.</param>
    public static LivepatchLayout Of(Func<string, DebugStructure?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        if (find("klp_patch") is not { } patch)
            return Usual;
        LivepatchLayout layout = new() { States = Offset(patch, "states"), Replace = Offset(patch, "replace") };
        if (layout.States is not null
            && find("klp_state") is { Size: > 0 and < LargestOffset } state
            && Offset(state, "id") is { } id
            && Offset(state, "version") is { } version)
        {
            layout = layout with { StateBytes = state.Size, StateId = id, StateVersion = version };
        }

        if (find("klp_object") is { } patched && Offset(patched, "callbacks") is { } start && find("klp_callbacks") is { } callbacks)
            layout = layout with
            {
                Callbacks = [.. CallbackNames.Where(name => Offset(callbacks, name) is not null)
                    .Select(name => (name, start + callbacks.Offsets[name]))
                    .OrderBy(callback => callback.Item2)],
            };
        return layout;
    }

    private static ulong? Offset(DebugStructure structure, string member) =>
        structure.Offsets.TryGetValue(member, out ulong offset) && offset < LargestOffset ? offset : null;
}
