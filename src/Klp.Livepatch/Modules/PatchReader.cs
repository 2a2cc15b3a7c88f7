using Klp.Elf;

namespace Klp.Livepatch.Modules;

/// <summary>Reads what a module's klp_patch says besides its objects (include/linux/livepatch.h).</summary>
/// <param name="module">The module.</param>
/// <param name="relocations">Its relocations.</param>
/// <param name="patches">Where each klp_patch begins: the pointers to THIS_MODULE.</param>
internal sealed class PatchReader(ElfObject module, RelocationIndex relocations, IReadOnlyList<(ElfSection Section, ElfRelocation Relocation)> patches)
{
    private const int VersionOffset = 8;
    private const ulong StateBytes = 24;

    // After mod and objs. Before 5.5 there were no states, and replace was in their place.
    private const ulong StatesOffset = 16;
    private const ulong ReplaceOffset = 24;

    /// <summary>The states, up to the one without an id.</summary>
    internal List<PatchState> ReadStates()
    {
        List<PatchState> states = [];
        foreach ((ElfSection section, ElfRelocation patch) in patches)
        {
            if (relocations.Target(section, patch.Offset + StatesOffset) is not (ElfDataSection { HasContents: true } table, var first))
                continue;
            for (ulong offset = first; offset <= table.Size && table.Size - offset >= StateBytes; offset += StateBytes)
            {
                ReadOnlySpan<byte> state = table.Contents[(int)offset..];
                ulong id = module.Header.ByteOrder.ReadUInt64(state);
                if (id == 0)
                    break;
                states.Add(new PatchState(id, module.Header.ByteOrder.ReadUInt32(state[VersionOffset..])));
            }
        }

        return states;
    }

    /// <summary>True when a klp_patch has replace set.</summary>
    internal bool ReadReplaces() =>
        patches.Any(patch => ByteAt(patch.Section, patch.Relocation.Offset + ReplaceOffset) != 0
            || (relocations.At(patch.Section, patch.Relocation.Offset + StatesOffset) is null && ByteAt(patch.Section, patch.Relocation.Offset + StatesOffset) != 0));

    private static byte ByteAt(ElfSection section, ulong offset) =>
        section is ElfDataSection { HasContents: true } data && offset < data.Size ? data.Contents[(int)offset] : (byte)0;
}
