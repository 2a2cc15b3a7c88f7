using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>Reads what a module's klp_patch says besides its objects (include/linux/livepatch.h).</summary>
/// <param name="module">The module.</param>
/// <param name="relocations">Its relocations.</param>
/// <param name="layout">Where the members are.</param>
/// <param name="patches">Where each klp_patch begins: the pointers to THIS_MODULE.</param>
internal sealed class PatchReader(ElfObject module, RelocationIndex relocations, LivepatchLayout layout, IReadOnlyList<(ElfSection Section, ElfRelocation Relocation)> patches)
{
    /// <summary>The states, up to the one without an id.</summary>
    internal List<PatchState> ReadStates()
    {
        List<PatchState> states = [];
        foreach ((ElfSection section, ElfRelocation patch) in patches)
        {
            if (layout.States is not { } member || relocations.Target(section, patch.Offset + member) is not (ElfDataSection { HasContents: true } table, var first))
                continue;
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
    internal bool ReadReplaces() => patches.Any(patch => IsSet(patch.Section, patch.Relocation.Offset));

    // Before 5.5 there were no states, and replace was in their place.
    private bool IsSet(ElfSection section, ulong patch) =>
        (layout.Replace is { } replace && ByteAt(section, patch + replace) != 0)
        || (layout == LivepatchLayout.Usual && layout.States is { } states && relocations.At(section, patch + states) is null && ByteAt(section, patch + states) != 0);

    private static byte ByteAt(ElfSection section, ulong offset) =>
        section is ElfDataSection { HasContents: true } data && offset < data.Size ? data.Contents[(int)offset] : (byte)0;
}
