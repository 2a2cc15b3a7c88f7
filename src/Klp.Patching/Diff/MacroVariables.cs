using Klp.DebugInfo.Types;

namespace Klp.Patching.Diff;

/// <summary>
/// Tells what each use of a kernel's macro has for itself, as <c>pr_info_once()</c> its flag. Which number it has says nothing, and
/// its contents are all that tells it from another. An author may call a variable of his own the same: a macro's is a static
/// variable of a block, and in the macro's section or of its type.
/// </summary>
/// <param name="declarations">What the unit declares; null where it has no debug information.</param>
internal sealed class MacroVariables(Lazy<DebugDeclarations?> declarations)
{
    // Nothing is written to these. NL_SET_ERR_MSG() has __msg, the index of printk() _entry, and gcc makes CSWTCH of a switch.
    private static readonly HashSet<string> Constants =
        new(StringComparer.Ordinal) { "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__", "CSWTCH", "_entry", "__msg" };

    // include/linux/{once_lite,rcupdate,mmdebug,dev_printk,dynamic_debug,printk,tracepoint}.h; before Linux 6.13 the names have one dot.
    private static readonly Dictionary<string, string[]> Sections = new(StringComparer.Ordinal)
    {
        ["__already_done"] = [".data..once", ".data.once"],
        ["__warned"] = [".data..once", ".data.once", ".data..unlikely", ".data.unlikely"],
        ["__print_once"] = [".data..once", ".data.once", ".data..read_mostly"],
        ["descriptor"] = ["__dyndbg"],
        ["_entry_ptr"] = [".printk_index"],
        ["___tp_str"] = ["__tracepoint_str"],
    };

    // include/linux/{lockdep_types,ratelimit_types}.h. They are in .bss and .data, as others are.
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["__key"] = "struct lock_class_key",
        ["_rs"] = "struct ratelimit_state",
    };

    /// <summary>True for what each use of a macro has for itself.</summary>
    internal bool Contains(UnitPart part)
    {
        if (part is not { Kind: PartKind.Variable, IsGlobal: false })
            return false;
        // What stands at the file's level under such a name may hold something, where it is written to.
        if (PartNames.IsUniqueId(part.Name))
            return !part.IsWritable || !DataMemory.IsOrdinary(part.Section.Name);
        if (!PartNames.IsNumbered(part.Name))
            return false;
        string name = PartNames.Stem(part.Name);
        return (!part.IsWritable && Constants.Contains(name))
            || (Sections.TryGetValue(name, out string[]? sections) && sections.Contains(part.Section.Name))
            || (Types.TryGetValue(name, out string? type) && AreAll(name, type));
    }

    // Without debug information nothing is extracted, only compared: the name has to do.
    private bool AreAll(string name, string type) => declarations.Value is not { } known || known.Locals[name].All(other => other == type);
}
