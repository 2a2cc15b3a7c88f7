using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Patching.Diff;

namespace Klp.Patching.Extraction;

/// <summary>What cannot be extracted right, whatever the plan does.</summary>
internal sealed class ExtractionRefusals(ExtractionRequest request, DiagnosticBag diagnostics)
{
    // include/asm-generic/vmlinux.lds.h: what stands together there is marked for the scheduler, tracers and probes. A module has them.
    private static readonly string[] CodeSections =
    [
        ".sched.text", ".spinlock.text", ".kprobes.text", ".noinstr.text", ".cpuidle.text", ".irqentry.text", ".softirqentry.text",
        ".ref.text",
    ];

    private readonly UnitObject unit = request.Diff.Patched;

    /// <summary>What the patch changes beside code.</summary>
    internal void CheckUnit()
    {
        foreach (string section in request.Diff.ChangedRegistrations)
            diagnostics.Add(ExtractionMessages.RegistrationChanged(request, section));
        foreach (string section in request.Diff.ChangedSections)
            diagnostics.Add(ExtractionMessages.SectionChanged(request, section));
        foreach (UnitPart part in request.Diff.New.Where(
            part => part.Kind == PartKind.Variable && !UnitDiff.IsForStart(part) && !DataMemory.IsOrdinary(part.Section.Name)))
        {
            diagnostics.Add(ExtractionMessages.NewInSection(request, part.Name, part.Section.Name));
        }

        foreach (UnitPart part in request.Diff.New.Where(part => part.IsGlobal && !UnitDiff.IsForStart(part)))
        {
            // The kernel's code goes on using the kernel's: one that moved here, or a weak one that this was to replace.
            if (part.Symbols
                .Select(symbol => request.Kernel.FindGlobal(symbol.Name))
                .FirstOrDefault(found => found is not null) is { } known)
            {
                diagnostics.Add(ExtractionMessages.GlobalDefinedAnew(request, part.Name, known));
            }
        }

        foreach (string alias in NewAliases())
        {
            if (request.Kernel.FindGlobal(alias) is { } known)
                diagnostics.Add(ExtractionMessages.GlobalDefinedAnew(request, alias, known));
        }

        foreach ((string name, UnitPart original, UnitPart? patched) in request.Diff.MovedNames())
        {
            if (patched is not null)
                diagnostics.Add(ExtractionMessages.NameMoved(request, name, original.Name, patched.Name));
            else if (request.IsInOtherUnits(name))
                diagnostics.Add(ExtractionMessages.GlobalGone(request, name));
        }

        foreach (UnitPart gone in request.Diff.Gone.Where(part => !UnitDiff.IsForStart(part)))
            CheckGone(gone);
    }

    // Further names of what the kernel has: one may be that of another unit's weak definition.
    private IEnumerable<string> NewAliases()
    {
        HashSet<string> before = [.. request.Diff.Original.Parts.SelectMany(part => part.Symbols).Select(symbol => symbol.Name)];
        return unit.Parts.Where(part => request.Diff.OriginalOf(part) is not null).SelectMany(part => part.Symbols)
            .Where(symbol => symbol.Binding != ElfSymbolBinding.Local && !before.Contains(symbol.Name)).Select(symbol => symbol.Name);
    }

    private void CheckGone(UnitPart gone)
    {
        if (gone.IsGlobal)
        {
            // The kernel keeps it, and that does no harm where nothing is bound to it, or would be to a weak one in its stead.
            if (gone.Kind == PartKind.Variable || gone.Symbols.Any(symbol => request.IsInOtherUnits(symbol.Name)))
                diagnostics.Add(ExtractionMessages.GlobalGone(request, gone.Name));
            return;
        }

        if (gone.Kind == PartKind.Variable && !DataMemory.IsOrdinary(gone.Section.Name))
            diagnostics.Add(ExtractionMessages.GoneFromSection(request, gone.Name, gone.Section.Name));
        if (gone is not { Kind: PartKind.Variable, IsWritable: true })
            return;
        // One of the file may just be used no more. What has another name starts anew.
        if (PartNames.IsNumbered(gone.Name))
            diagnostics.Add(ExtractionMessages.StaticGone(request, gone.Name));
        else if (request.Diff.New.FirstOrDefault(part => part is { Kind: PartKind.Variable, IsWritable: true } && IsInPlaceOf(part, gone))
            is { } other)
            diagnostics.Add(ExtractionMessages.Renamed(request, gone, other));
        // Of one that nothing writes to the compiler makes what it begins with.
        else if (unit.Declarations?.Variables.Contains(gone.Name) == true)
            diagnostics.Add(ExtractionMessages.NeverWritten(request, gone.Name));
    }

    // Of another size too, where a function uses it that used the other: a lock of another kind excludes nobody who has the old one.
    private bool IsInPlaceOf(UnitPart made, UnitPart gone) =>
        made.Size == gone.Size || PartNames.Stem(made.Name) == PartNames.Stem(gone.Name)
        || UsersOf(unit, made).Intersect(UsersOf(request.Diff.Original, gone), StringComparer.Ordinal).Any();

    private static IEnumerable<string> UsersOf(UnitObject version, UnitPart variable) => version.UsersOf(variable)
        .Where(user => user.Kind == PartKind.Function).Select(user => version.WithoutCold(user).SourceName);

    /// <summary>What stands in the way of taking these parts.</summary>
    internal void CheckIncluded(IReadOnlyCollection<UnitPart> included)
    {
        HashSet<UnitPart> functions = [.. included.Where(part => part.Kind == PartKind.Function)];
        foreach (UnitPart function in functions.Where(function => !IsKnownCode(function.Section.Name)))
            diagnostics.Add(ExtractionMessages.UnknownSection(request, function.Name, function.Section.Name));
        new CodeCut(request, diagnostics).Check([.. included.Where(part => part.IsSharedCode)]);
        foreach (ElfGroupSection group in unit.Source.Sections.OfType<ElfGroupSection>())
        {
            foreach (UnitPart part in included.Where(part => group.Members.Contains(part.Section)))
                diagnostics.Add(ExtractionMessages.InGroup(request, part.Name, part.Section.Name));
        }

        foreach (ElfDataSection section in unit.Source.Sections.OfType<ElfDataSection>())
            CheckReferences(section, functions, included);
    }

    private static bool IsKnownCode(string section) =>
        section == ".text" || section.StartsWith(".text.", StringComparison.Ordinal) || CodeSections.Contains(section);

    // A table that we do not know may hold what the kernel has to do with the code for it to be right.
    private void CheckReferences(ElfDataSection section, HashSet<UnitPart> functions, IReadOnlyCollection<UnitPart> included)
    {
        SectionRole role = SectionRoles.Of(section);
        bool isUnknown = role == SectionRole.Contents
            ? unit.Parts.Any(part => part.Section == section && part.Kind == PartKind.Anonymous)
                && !included.Any(part => part.Section == section)
            : role == SectionRole.RuntimeConstant || (role == SectionRole.Table && TableReader.EntryBytes(unit, section) is null);
        if (!isUnknown)
            return;
        foreach (UnitPart function in unit.Index
            .RelocationsIn(section)
            .Select(relocation => unit.Resolve(relocation, 0).Target)
            .OfType<UnitPart>()
            .Where(functions.Contains)
            .Distinct())
        {
            diagnostics.Add(role == SectionRole.RuntimeConstant
                ? ExtractionMessages.RuntimeConstant(request, function.Name, section.Name)
                : ExtractionMessages.UnknownSection(request, function.Name, section.Name));
        }
    }
}
