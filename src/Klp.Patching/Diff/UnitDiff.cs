using Klp.Elf.Constants;
using Klp.Kernel.Facts;

namespace Klp.Patching.Diff;

/// <summary>What a patch changed in a compiled unit.</summary>
public sealed class UnitDiff
{
    private readonly PartPairs pairs;
    private readonly PartKeys originalKeys;
    private readonly PartKeys patchedKeys;
    private readonly Lazy<IReadOnlyList<UnitPart>> linesIgnored;

    /// <summary>Compares the two versions of a unit, which the same compiler made with the same options.</summary>
    /// <param name="original">The unit as it was.</param>
    /// <param name="patched">The unit with the patch.</param>
    public UnitDiff(UnitObject original, UnitObject patched)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(patched);
        Original = original;
        Patched = patched;
        pairs = new PartPairs(original, patched);
        originalKeys = new PartKeys(original, PartPairs.NameOfOriginal);
        patchedKeys = new PartKeys(patched, pairs.NameOfPatched);

        UnitPart[] named = [.. patched.Parts.Where(part => part.Kind is PartKind.Function or PartKind.Variable)];
        Changed = [.. named.Where(part => pairs.OriginalOf(part) is { } before && !AreEqual(before, part))];
        UnitPart[] made = [.. named.Where(part => pairs.OriginalOf(part) is null && !patched.IsOfMacro(part))];
        UnitPart[] gone =
            [.. original.Parts.Where(
                part => part.Kind is PartKind.Function or PartKind.Variable && !pairs.IsPaired(part) && !original.IsOfMacro(part))];
        // Of a function's constants each is as good as another with the same contents.
        HashSet<string> madeConstants = [.. made.Where(IsNumberedConstant).Select(part => ConstantKey(part, patchedKeys))];
        HashSet<string> goneConstants = [.. gone.Where(IsNumberedConstant).Select(part => ConstantKey(part, originalKeys))];
        New = [.. made.Where(part => !IsNumberedConstant(part) || !goneConstants.Contains(ConstantKey(part, patchedKeys)))];
        Gone = [.. gone.Where(part => !IsNumberedConstant(part) || !madeConstants.Contains(ConstantKey(part, originalKeys)))];
        ChangedRegistrations = RegistrationDiff.Find(original, patched, originalKeys, patchedKeys);
        ChangedSections = UnnamedDiff.Find(original, patched, originalKeys, patchedKeys);
        linesIgnored = new(() => [.. named.Where(part => part.Kind == PartKind.Function && pairs.OriginalOf(part) is { } before
            && AreEqual(before, part) && !SourceLines.AreEqual(original, before, patched, part))]);
    }

    /// <summary>The unit as it was.</summary>
    public UnitObject Original { get; }

    /// <summary>The unit with the patch.</summary>
    public UnitObject Patched { get; }

    /// <summary>Functions and variables of the patched version that are not as they were.</summary>
    public IReadOnlyList<UnitPart> Changed { get; }

    /// <summary>Functions and variables that only the patched version has.</summary>
    public IReadOnlyList<UnitPart> New { get; }

    /// <summary>Functions and variables that only the original version has.</summary>
    public IReadOnlyList<UnitPart> Gone { get; }

    /// <summary>Sections that the kernel or a module reads as it starts, and that are not as they were.</summary>
    public IReadOnlyList<string> ChangedRegistrations { get; }

    /// <summary>
    /// Sections without names in them that nothing of the unit refers to, and that are not as they were. Who reads them is not known.
    /// </summary>
    public IReadOnlyList<string> ChangedSections { get; }

    /// <summary>Functions that are as they were but for the lines that <c>__bug_table</c> has of them, which do not count.</summary>
    public IReadOnlyList<UnitPart> LinesIgnored => linesIgnored.Value;

    /// <summary>How many functions, or variables, both versions have, and are as they were.</summary>
    /// <param name="kind">Which of them.</param>
    public int UnchangedCount(PartKind kind) =>
        Patched.Parts.Count(part => part.Kind == kind && pairs.OriginalOf(part) is not null) - Changed.Count(part => part.Kind == kind);

    /// <summary>In what a part differs from what it was.</summary>
    /// <param name="patched">A part of the patched version.</param>
    /// <returns>
    /// The differences: none for one that is as it was, or new. A function's parts that stand apart (<c>.cold</c>) are among its own.
    /// </returns>
    public IReadOnlyList<PartDifference> DifferencesOf(UnitPart patched)
    {
        ArgumentNullException.ThrowIfNull(patched);
        if (pairs.OriginalOf(patched) is not { } before)
            return [];
        IReadOnlyList<PartDifference> own =
            PartComparison.Find(before, originalKeys.Body(before), patched, patchedKeys.Body(patched), Patched.Source.Header.Machine);
        return patched.Kind == PartKind.Function ? [.. own, .. PartsOf(before, patched)] : own;
    }

    /// <summary>True where the patch changes nothing in the unit but what has no effect, as the lines that tables hold.</summary>
    public bool IsEmpty => Changed.Count == 0 && New.Count == 0 && Gone.Count == 0
        && ChangedRegistrations.Count == 0 && ChangedSections.Count == 0;

    /// <summary>The part as it was; null for a new one.</summary>
    /// <param name="patched">A part of the patched version.</param>
    public UnitPart? OriginalOf(UnitPart patched) => pairs.OriginalOf(patched);

    /// <summary>
    /// True for a static variable whose counterpart cannot be told: several of one name, and the same functions use them.
    /// </summary>
    /// <param name="patched">A part of the patched version.</param>
    public bool IsAmbiguous(UnitPart patched)
    {
        ArgumentNullException.ThrowIfNull(patched);
        return pairs.OriginalOf(patched) is null && pairs.AmbiguousStems.Contains(PartNames.Stem(patched.Name));
    }

    /// <summary>
    /// True for a constant of a function that is new by its counterparts, and may be one of the kernel's nevertheless: there was one
    /// of its name of which it is not known what became of it.
    /// </summary>
    /// <param name="patched">A part of the patched version.</param>
    internal bool MayBeKernels(UnitPart patched) => IsNumberedConstant(patched) && pairs.OriginalOf(patched) is null
        && Original.Parts.Any(
            part => IsNumberedConstant(part) && !pairs.IsPaired(part) && PartNames.Stem(part.Name) == PartNames.Stem(patched.Name));

    /// <summary>
    /// Names by which other units know a part, and that the patched version gives to another part, as an alias that is one of
    /// another function: with that part, or null where no part has the name any more though the part is there.
    /// </summary>
    internal IEnumerable<(string Name, UnitPart Original, UnitPart? Patched)> MovedNames()
    {
        Dictionary<string, UnitPart> after = new(StringComparer.Ordinal);
        foreach ((string name, UnitPart part) in GlobalNames(Patched))
            after.TryAdd(name, part);
        foreach ((string name, UnitPart part) in GlobalNames(Original))
        {
            UnitPart? now = after.GetValueOrDefault(name);
            if (now is null ? pairs.IsPaired(part) : pairs.OriginalOf(now) != part)
                yield return (name, part, now);
        }
    }

    /// <summary>Names by which other units knew a part, and that the patched version does not have for them.</summary>
    public IEnumerable<string> LostNames => Gone
        .Where(part => part.IsGlobal)
        .SelectMany(part => part.Symbols)
        .Select(symbol => symbol.Name)
        .Concat(MovedNames().Where(name => name.Patched is null).Select(name => name.Name));

    private static IEnumerable<(string Name, UnitPart Part)> GlobalNames(UnitObject unit) =>
        from part in unit.Parts
        where part.Kind is PartKind.Function or PartKind.Variable && !IsForStart(part)
        from symbol in part.Symbols
        where symbol.Binding != ElfSymbolBinding.Local
        select (symbol.Name, part);

    /// <summary>What a reference of the original version leads to, in words that are equal for equal targets of both versions.</summary>
    /// <param name="reference">A reference of the original version.</param>
    public string OriginalTarget(PartReference reference) => originalKeys.Target(reference);

    /// <summary>The same of the patched version.</summary>
    /// <param name="reference">A reference of the patched version.</param>
    public string PatchedTarget(PartReference reference) => patchedKeys.Target(reference);

    /// <summary>True for a static variable of the original version of which it cannot be told what became of it.</summary>
    /// <param name="original">A part of the original version.</param>
    internal bool IsAmbiguousBefore(UnitPart original) =>
        !pairs.IsPaired(original) && original.Kind == PartKind.Variable && pairs.AmbiguousStems.Contains(PartNames.Stem(original.Name));

    /// <summary>True for what the kernel frees as it, or the module, has started.</summary>
    /// <param name="part">A part.</param>
    public static bool IsForStart(UnitPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return SectionLife.IsInit(part.Section.Name) || SectionLife.IsExit(part.Section.Name);
    }

    /// <summary>True for a constant of a function: the compiler numbers them through the unit, so that its name says nothing.</summary>
    /// <param name="part">A part.</param>
    internal static bool IsNumberedConstant(UnitPart part) =>
        part is { Kind: PartKind.Variable, IsGlobal: false, IsWritable: false } && PartNames.IsNumbered(part.Name);

    private static string ConstantKey(UnitPart part, PartKeys keys) => $"{PartNames.Stem(part.Name)}\n{keys.Body(part).Text}";

    private bool AreEqual(UnitPart original, UnitPart patched) => originalKeys.Body(original).Text == patchedKeys.Body(patched).Text;

    private IEnumerable<PartDifference> PartsOf(UnitPart before, UnitPart after)
    {
        UnitPart[] old = [.. Original.ColdPartsOf(before)], made = [.. Patched.ColdPartsOf(after)];
        IEnumerable<PartDifference> gone = old
            .Where(part => !pairs.IsPaired(part))
            .Select(part => new PartDifference(PartDifferenceKind.Part, null, part.Name, null));
        IEnumerable<PartDifference> others = made.Where(part => pairs.OriginalOf(part) is not { } was || !AreEqual(was, part))
            .Select(part => new PartDifference(PartDifferenceKind.Part, null, pairs.OriginalOf(part)?.Name, part.Name));
        return gone.Concat(others);
    }
}
