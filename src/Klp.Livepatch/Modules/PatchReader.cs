using Klp.Elf.Index;
using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>Reads what a module's klp_patch says besides its objects (include/linux/livepatch.h).</summary>
/// <param name="module">The module.</param>
/// <param name="index">Its relocations by place.</param>
/// <param name="layout">Where the members are.</param>
/// <param name="patches">Where each klp_patch begins: the pointers to THIS_MODULE.</param>
internal sealed class PatchReader(ElfObject module, ElfIndex index, LivepatchLayout layout, IReadOnlyList<ElfPlace> patches)
{
    /// <summary>The states, up to the one without an id.</summary>
    internal List<PatchState> ReadStates()
    {
        List<PatchState> states = [];
        foreach (ElfPlace patch in patches)
        {
            if (layout.States is not { } member
                || index.Target(patch + member) is not (ElfDataSection { HasContents: true } table, var first))
            {
                continue;
            }

            ulong bytes = Math.Max(layout.StateBytes, Math.Max(layout.StateId + sizeof(ulong), layout.StateVersion + sizeof(uint)));
            for (ulong offset = first; offset <= table.Size && table.Size - offset >= bytes; offset += bytes)
            {
                ReadOnlySpan<byte> state = table.Contents[(int)offset..];
                ulong id = module.Header.ByteOrder.ReadUInt64(state[(int)layout.StateId..]);
                if (id == 0)
                    break;
                states.Add(new PatchState(id, module.Header.ByteOrder.ReadUInt32(state[(int)layout.StateVersion..])));
            }
        }

        return states;
    }

    /// <summary>True when a klp_patch has replace set.</summary>
    internal bool ReadReplaces() => patches.Any(IsSet);

    // Before 5.5 there were no states, and replace was in their place.
    private bool IsSet(ElfPlace patch) =>
        (layout.Replace is { } replace && ByteAt(patch + replace) != 0)
        || (layout == LivepatchLayout.Usual
            && layout.States is { } states
            && index.RelocationAt(patch + states) is null
            && ByteAt(patch + states) != 0);

    private static byte ByteAt(ElfPlace place) =>
        place.Section is ElfDataSection { HasContents: true } data && place.Offset < data.Size ? data.Contents[(int)place.Offset] : (byte)0;
}
