using System.Buffers.Binary;
using System.Globalization;
using Klp.Elf.Constants;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>
/// Follows the address of a constant through the functions of a unit that use it, and finds where it leaves them: by a store, a
/// comparison with an address from elsewhere, a call of what may keep it. In doubt it leaves. Loading from it is what it is for.
/// </summary>
/// <param name="unit">The unit.</param>
/// <param name="constant">The constant.</param>
internal sealed class AddressFlow(UnitObject unit, UnitPart constant)
{
    // Arguments and results: Procedure Call Standard for the Arm 64-bit Architecture, 6.1.1. A call keeps x19 and those behind it.
    private const uint Arguments = 0xFF;
    private const uint Result = 1;
    private const uint ResultOfTwo = 3;
    private const uint Clobbered = 0x7FFFF;

    // They read what they are given and keep nothing of it, nor do they return it.
    private static readonly HashSet<string> Readers = new(StringComparer.Ordinal)
    {
        "_printk", "printk", "__warn_printk", "panic", "_dev_printk", "_dev_emerg", "_dev_alert", "_dev_crit", "_dev_err", "_dev_warn",
        "_dev_notice", "_dev_info", "seq_printf", "seq_puts", "seq_write", "__seq_puts", "seq_put_decimal_ull", "seq_put_decimal_ll",
        "sprintf", "snprintf", "scnprintf", "vsnprintf", "vscnprintf", "sysfs_emit", "sysfs_emit_at", "kasprintf", "add_uevent_var",
        "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strlen", "strnlen", "strcpy", "strncpy", "strscpy", "sized_strscpy", "strcat",
        "memcpy", "__memcpy", "memmove", "__memmove", "memcmp", "bcmp", "_copy_to_user", "__arch_copy_to_user", "kmemdup_noprof",
        "kstrdup_noprof", "match_string", "__sysfs_match_string", "print_hex_dump", "memory_read_from_buffer", "simple_read_from_buffer",
        "trace_print_symbols_seq", "trace_print_flags_seq", "is_midr_in_range_list",
    };

    // They keep nothing of it, and may return a place in it.
    private static readonly HashSet<string> Finders = new(StringComparer.Ordinal)
    {
        "memchr", "memscan", "strchr", "strrchr", "strstr", "bsearch", "of_match_node", "pci_match_id",
    };

    private readonly Dictionary<UnitPart, uint[]> states = [];
    private readonly Dictionary<UnitPart, IReadOnlyDictionary<ulong, PartReference>> references = [];
    private readonly Dictionary<UnitPart, HashSet<long>> slots = [];
    private readonly HashSet<UnitPart> returning = [];
    private readonly Queue<(UnitPart Part, int Index)> pending = new();
    private string? found;

    /// <summary>Finds where the address leaves the functions.</summary>
    /// <returns>The function and what it does, as a phrase; null where it stays with them.</returns>
    internal static string? Find(UnitObject unit, UnitPart constant) => new AddressFlow(unit, constant).Find();

    private string? Find()
    {
        if (unit.Source.Header.Machine != ElfMachine.AArch64)
            return "what uses it cannot be followed";
        if (unit.UsersOf(constant).FirstOrDefault(user => user.Kind != PartKind.Function) is { } holder)
            return $"{holder.Name} holds it";
        foreach (UnitPart user in unit.UsersOf(constant))
        {
            foreach (PartReference reference in unit.ReferencesOf(user).Where(reference => reference.Target == constant))
                pending.Enqueue((user, (int)(reference.Offset / A64Branch.Bytes)));
        }

        while (found is null && pending.TryDequeue(out (UnitPart Part, int Index) next))
            Visit(next.Part, next.Index);
        return found;
    }

    private void Visit(UnitPart part, int index)
    {
        uint before = StatesOf(part)[index];
        A64Step step = A64Step.Decode(WordAt(part, index));
        PartReference? reference = ReferencesOf(part).GetValueOrDefault((ulong)index * A64Branch.Bytes);
        if ((before & step.Loses) != 0)
            Leaves(part, index, "stores it, or computes with it");
        else if ((before & step.Compares) is not 0 and uint compared && compared != step.Compares)
            Leaves(part, index, "compares it");
        uint after = AfterStack(part, index, step, before, (before & step.Derives) != 0 ? before | step.Writes : before & ~step.Writes);
        if (reference?.Target == constant && step.MakesAddress)
            after |= step.Writes;
        GoOn(part, index, step, reference, before, after);
        foreach (TableEntry entry in unit.EntriesOf(part).Where(entry => entry.OwnerOffset == (long)index * A64Branch.Bytes))
        {
            // After a fault, or where a key is set.
            foreach (PartReference place in entry.References.Where(place => IsOfOne(part, place.Target)))
                Reach(place.Target!, place.TargetOffset, before | after);
        }
    }

    private void GoOn(UnitPart part, int index, A64Step step, PartReference? reference, uint before, uint after)
    {
        switch (step.Flow)
        {
            case A64Flow.Next:
                Reach(part, index + 1, after);
                break;
            case A64Flow.Jump or A64Flow.ConditionalJump:
                Jump(part, index, reference, before);
                if (step.Flow == A64Flow.ConditionalJump)
                    Reach(part, index + 1, before);
                break;
            case A64Flow.Call:
                Hand(part, index, reference, before);
                Reach(part, index + 1, AfterCall(reference, before));
                break;
            case A64Flow.IndirectCall:
                Hand(part, index, null, before);
                Reach(part, index + 1, before & ~Clobbered);
                break;
            case A64Flow.IndirectJump when IsSwitch(part, index, step.Register):
                foreach (UnitPart own in FamilyOf(part))
                {
                    for (int at = 0; at < StatesOf(own).Length; at++)
                        Reach(own, at, before);
                }

                break;
            case A64Flow.IndirectJump:
                Hand(part, index, null, before);
                break;
            default:
                if ((before & ResultOf(unit.WithoutCold(part))) != 0)
                    Return(part, index);
                break;
        }
    }

    private void Jump(UnitPart part, int index, PartReference? reference, uint before)
    {
        if (reference is null)
        {
            Reach(part, index + (int)(A64Branch.Decode(WordAt(part, index))!.Value.Distance / A64Branch.Bytes), before);
            return;
        }

        if (IsOfOne(part, reference.Target))
        {
            Reach(reference.Target!, reference.TargetOffset, before);
            return;
        }

        // A call at the end.
        Hand(part, index, reference, before);
        if (reference.Target is { } target ? returning.Contains(target) : (before & Arguments) != 0 && IsFinder(reference))
            Return(part, index);
    }

    // gcc keeps values over a call in registers that it sees unused by a function that ftrace cannot attach to (-fipa-ra).
    private uint AfterCall(PartReference? reference, uint before)
    {
        if (reference is not { Target: { } callee })
            return (before & ~Clobbered) | ((before & Arguments) != 0 && IsFinder(reference) ? Result : 0);
        uint kept = callee.Kind == PartKind.Function && !unit.IsTraceable(callee) ? before : before & ~Clobbered;
        return returning.Contains(callee) ? kept | ResultOf(callee) : kept;
    }

    // A structure of up to 16 bytes is returned in two registers. Of any other value the second one holds what was left in it.
    private uint ResultOf(UnitPart function)
    {
        string name = function.SourceName;
        return unit.Declarations is { } known && !known.Functions[name].Any(IsOfAggregate) ? Result : ResultOfTwo;
    }

    // "struct pair (s32)", and not "struct pair * (s32)".
    private static bool IsOfAggregate(string type) =>
        (type.StartsWith("union ", StringComparison.Ordinal) || type.StartsWith("struct ", StringComparison.Ordinal))
        && (type.Contains('{', StringComparison.Ordinal) || !type.Split(" (")[0].EndsWith('*'));

    private static bool IsFinder(PartReference? reference) => reference is { ExternalName: { } name } && Finders.Contains(name);

    private void Hand(UnitPart part, int index, PartReference? reference, uint before)
    {
        uint handed = before & Arguments;
        if (handed == 0)
            return;
        if (reference?.Target is { Kind: PartKind.Function, Symbol.Binding: not ElfSymbolBinding.Weak } callee)
            Reach(callee, reference.TargetOffset, handed);
        else if (reference is not { Target: null, ExternalName: { } name })
            Leaves(part, index, "hands it on by a pointer to a function");
        else if (!Readers.Contains(name) && !Finders.Contains(name))
            Leaves(part, index, $"hands it to {name}()");
    }

    private void Return(UnitPart part, int index)
    {
        UnitPart function = unit.WithoutCold(part);
        if (!returning.Add(function))
            return;
        if (function.IsGlobal)
            Leaves(part, index, "returns it");
        foreach (UnitPart user in unit.UsersOf(function))
        {
            foreach (PartReference use in unit.ReferencesOf(user).Where(use => use.Target == function))
            {
                if (user.Kind != PartKind.Function || !unit.IsBranch(use))
                    Leaves(part, index, "returns it");
                else
                    pending.Enqueue((user, (int)(use.Offset / A64Branch.Bytes)));
            }
        }
    }

    // A place on the stack is a register of the function, as long as nothing has its address.
    private uint AfterStack(UnitPart part, int index, A64Step step, uint before, uint after)
    {
        if (step.Slot is not { } slot)
            return after;
        UnitPart function = unit.WithoutCold(part);
        if (!slots.TryGetValue(function, out HashSet<long>? held))
            slots.Add(function, held = []);
        (int, long)[] places = [(step.OnStack.First, slot), (step.OnStack.Second, slot + step.SlotBytes)];
        foreach ((int register, long place) in places.Where(pair => pair.Item1 != A64Step.NoRegister))
        {
            uint bit = 1u << register;
            if (step.IsLoad)
                after |= held.Contains(place) ? bit : 0;
            else if ((before & bit) != 0 && held.Add(place))
                Hold(function, part, index);
        }

        return after;
    }

    private void Hold(UnitPart function, UnitPart part, int index)
    {
        foreach (UnitPart own in FamilyOf(function))
        {
            for (int at = 0; at < StatesOf(own).Length; at++)
            {
                if (A64Step.Decode(WordAt(own, at)).TakesStack)
                    Leaves(part, index, "puts it into an object on the stack");
                pending.Enqueue((own, at));
            }
        }
    }

    private static bool IsSwitch(UnitPart part, int index, int register)
    {
        if (index == 0)
            return false;
        // gcc adds the distance of the case to the place that distances count from.
        uint word = WordAt(part, index - 1);
        return (word & 0xFF000000) == 0x8B000000 && (word & 31) == register;
    }

    private IEnumerable<UnitPart> FamilyOf(UnitPart part)
    {
        UnitPart function = unit.WithoutCold(part);
        return unit.ColdPartsOf(function).Prepend(function);
    }

    private bool IsOfOne(UnitPart part, UnitPart? other) =>
        other is { Kind: PartKind.Function } && unit.WithoutCold(part) == unit.WithoutCold(other);

    private void Reach(UnitPart part, long offset, uint registers) => Reach(part, (int)(offset / A64Branch.Bytes), registers);

    private void Reach(UnitPart part, int index, uint registers)
    {
        uint[] known = StatesOf(part);
        if (index < 0 || index >= known.Length || (known[index] | registers) == known[index])
            return;
        known[index] |= registers;
        pending.Enqueue((part, index));
    }

    private uint[] StatesOf(UnitPart part)
    {
        if (!states.TryGetValue(part, out uint[]? known))
            states.Add(part, known = new uint[part.Contents.Length / A64Branch.Bytes]);
        return known;
    }

    private IReadOnlyDictionary<ulong, PartReference> ReferencesOf(UnitPart part)
    {
        if (!references.TryGetValue(part, out IReadOnlyDictionary<ulong, PartReference>? known))
        {
            references.Add(part, known = unit.ReferencesOf(part).Concat(SharedCode.Branches(unit, part))
                .GroupBy(reference => reference.Offset).ToDictionary(place => place.Key, place => place.First()));
        }

        return known;
    }

    private static uint WordAt(UnitPart part, int index) =>
        BinaryPrimitives.ReadUInt32LittleEndian(part.Contents[(index * A64Branch.Bytes)..]);

    private void Leaves(UnitPart part, int index, string what)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{part.Name}+0x{index * A64Branch.Bytes:x}");
        found ??= $"{unit.WithoutCold(part).Name}() {what} (at {place})";
    }
}
