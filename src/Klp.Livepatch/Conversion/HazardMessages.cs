namespace Klp.Livepatch.Conversion;

/// <summary>
/// What the kernel would do to livepatch relocations that go wrong because of the memory that they are for, and the ways out.
/// Conversion and validation report them under codes of their own.
/// </summary>
internal static class HazardMessages
{
    /// <summary>What kernels before 6.16 do with per-CPU variables that hold an address.</summary>
    internal const string NotRelocated =
        "Kernels before 6.16 do not relocate the per-CPU variables of modules: it would be null, without a message.";

    private const string InCallback = "at run time, in the pre_patch callback of the klp_object";

    internal static LoaderHazard Freed(string user, string section, string symbol, string when) => new(
        LoaderHazardKind.Freed,
        $"{user} is in {section}, which is freed after the livepatch has loaded, and uses {symbol}, {when}: the kernel would write into "
        + $"freed memory. Remove {(section.StartsWith(".exit", StringComparison.Ordinal) ? "__exit" : "__init")}, or do not use the "
        + "symbol there.");

    internal static LoaderHazard Copied(string user, string section, string symbol, string when) => new(
        LoaderHazardKind.Freed,
        $"{user} is a per-CPU variable and uses {symbol}, {when}. By then the kernel has copied {section} for each CPU and freed it: it "
        + "would write into freed memory. Set the variable at run time instead, for_each_possible_cpu(), in the pre_patch callback of "
        + "the klp_object.");

    internal static LoaderHazard NotKept(string user, string section, string symbol, string when) => new(
        LoaderHazardKind.Freed,
        $"{user} is in {section}, which the kernel does not keep, and uses {symbol}, {when}: the kernel would write into freed memory. "
        + "Do not use the symbol there.");

    internal static LoaderHazard ReadBefore(string user, string section, string symbol, string when, string purpose) => new(
        LoaderHazardKind.ReadBefore,
        $"{user} uses {symbol} through {section}, {when}. The kernel reads that section before, as the livepatch loads, to {purpose}. "
        + "Refer there to a function or variable of the livepatch that uses the symbol when it is needed.");

    internal static LoaderHazard UnknownSection(string user, string section, string symbol, string when) => new(
        LoaderHazardKind.UnknownSection,
        $"{user} uses {symbol}, {when}, in the section {section}, and what the kernel does with a section of that name before is not "
        + $"known. Put it into ordinary data (leave the section attribute away), or set the pointer {InCallback}.");

    internal static LoaderHazard PerCpuNotRelocated(string user, string symbol) => new(
        LoaderHazardKind.NeverRelocated,
        $"{user} is a per-CPU variable and uses {symbol}. {NotRelocated} Set the variable at run time, for_each_possible_cpu(), before "
        + "klp_enable_patch().");

    internal static LoaderHazard NotLoaded(string user, string section, string symbol) => new(
        LoaderHazardKind.NeverRelocated,
        $"{user} is in {section}, which the kernel does not load, and uses {symbol}: the kernel would silently skip it. Do not use the "
        + "symbol there.");

    internal static LoaderHazard StaticCall(string call, string symbol, string when) => new(
        LoaderHazardKind.ReadBefore,
        $"The static call {call} begins with {symbol}, {when}. The kernel writes static calls as the livepatch loads, so its calls would "
        + "do nothing. Define it with DEFINE_STATIC_CALL_NULL() or a function of the livepatch, and static_call_update() it in the "
        + "pre_patch callback of the klp_object.");

    internal static LoaderHazard Unaligned(string user, string symbol, string when) => new(
        LoaderHazardKind.NotWritable,
        $"{user} has, at an address that is not a multiple of 4, a pointer that uses {symbol}, {when}. The kernel silently writes nothing "
        + $"there, and the pointer would be null. Align it (leave __packed away), or set it {InCallback}.");

    /// <summary>Says that the kernel would write where it cannot.</summary>
    /// <param name="user">What uses the symbol.</param>
    /// <param name="section">The section that it is in.</param>
    /// <param name="symbol">The symbol in words.</param>
    /// <param name="when">When it is resolved.</param>
    /// <param name="isCode">Whether the section holds code.</param>
    internal static LoaderHazard ReadOnly(string user, string section, string symbol, string when, bool isCode)
    {
        string fix = isCode
            ? "Use a pointer to it that is in writable data."
            : $"Leave const (or __ro_after_init) away, or set the pointer {InCallback}.";
        return new LoaderHazard(
            LoaderHazardKind.NotWritable,
            $"{user} is in {section}, which is read-only once the livepatch has loaded, and uses {symbol}, {when}: the kernel would write "
            + $"there nevertheless and oops. {fix}");
    }
}
