using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>The files that patches have changed so far.</summary>
internal sealed class PatchedTree(Func<string, byte[]?> readOriginal, DiagnosticBag diagnostics)
{
    // A name with more folders in front than this is of no tree.
    private const int MostStrip = 8;

    private readonly Dictionary<string, PatchedFile> files = new(StringComparer.Ordinal);
    private readonly List<string> order = [];

    /// <summary>Applies what a patch says of a file.</summary>
    internal void Apply(PatchInput input, FilePatch patch)
    {
        SourcePlace place = new(input.Path, patch.FirstChange);
        if (patch.Unsupported is { } what)
        {
            NotOfLines(input, patch, new SourcePlace(input.Path, patch.UnsupportedLine), what);
            return;
        }

        if (PathOf(input, patch, place) is not { } path)
            return;
        bool isOnlyMode = patch.Hunks.Count == 0 && !patch.IsCreated && !patch.IsDeleted;
        PatchedFileKind kind = PatchedFileKinds.Of(path);
        switch (kind)
        {
            case PatchedFileKind.Unrelated:
                diagnostics.Add(PatchMessages.PassedOver(place, path));
                return;
            case PatchedFileKind.BuildDescription when patch is { IsCreated: false, IsDeleted: false } && !isOnlyMode:
                ChangeDescription(input, patch, path, place);
                return;
            case PatchedFileKind.Unsupported or PatchedFileKind.BuildDescription when !isOnlyMode:
                diagnostics.Add(PatchMessages.NotCarried(place, path, PatchedFileKinds.Describe(path)));
                return;
        }

        if (isOnlyMode)
            diagnostics.Add(PatchMessages.OnlyMode(place, path));
        else if (patch.IsDeleted)
            diagnostics.Add(PatchMessages.NotCarried(place, path, "deleted, and what the kernel has of it stays"));
        else if (patch.IsCreated)
            Create(input, patch, path, place);
        else if (Changed(input, patch, path, place, diagnostics) is { } changed)
            Set(changed);
    }

    /// <summary>The changed files, in the order in which patches name them first.</summary>
    internal PatchedSources Result() => new(
        [.. order.Select(path => files[path])
            .Where(file => file.IsNew || file.Lines.Any(line => line.IsAdded) || file.Lines.Count != file.OriginalLines)
                .Select(file => new PatchedSource(file.Path, file.Original, file.Lines, file.IsNew, file.FirstChange))]);

    // Pictures of the documentation, and documents that get another name, come with fixes from git.
    private void NotOfLines(PatchInput input, FilePatch patch, SourcePlace place, string what)
    {
        string?[] names = patch.MovedFrom is not null || patch.MovedTo is not null
            ? [.. new[] { patch.MovedFrom, patch.MovedTo }.OfType<string>().Select(
                name => PatchName.Strip(name, Math.Max(0, input.Strip - 1)))]
            : [.. new[] { patch.OldName, patch.NewName }.OfType<string>().Select(name => PatchName.Strip(name, input.Strip))];
        string path = names is [.., { } last] ? last : patch.NewName ?? patch.OldName ?? "a file";
        diagnostics.Add(names.Length > 0 && names.All(name => name is not null && PatchedFileKinds.Of(name) == PatchedFileKind.Unrelated)
            ? PatchMessages.PassedOver(place, path)
            : PatchMessages.NotOfLines(
                place, what, path, patch.MovedFrom is { } from ? PatchName.Strip(from, Math.Max(0, input.Strip - 1)) ?? from : null));
    }

    private string? PathOf(PatchInput input, FilePatch patch, SourcePlace place)
    {
        string name = (patch.IsCreated ? patch.NewName : patch.OldName) ?? patch.NewName ?? patch.OldName!;
        string? path = PatchName.Strip(name, input.Strip);
        // diff's names may be of a backup: the new one counts then.
        if (path is not null
            && !patch.IsCreated
            && patch.NewName is not null
            && PatchName.Strip(patch.NewName, input.Strip) is { } other
            && other != path
            && !Exists(path))
        {
            path = other;
        }

        if (path is null)
            diagnostics.Add(PatchMessages.NameTooShort(place, name, input.Strip));
        else if (!PatchName.IsInside(path))
            diagnostics.Add(PatchMessages.NameOutside(place, path));
        else
            return path;
        return null;
    }

    private bool Exists(string path) => files.ContainsKey(path) || readOriginal(path) is not null;

    private void Create(PatchInput input, FilePatch patch, string path, SourcePlace place)
    {
        byte[]? there = files.TryGetValue(path, out PatchedFile? known)
            ? PatchText.Bytes(known.Lines.Select(line => line.Text))
            : readOriginal(path);
        SourceLine[] lines = [.. patch.Hunks
            .SelectMany(hunk => hunk.New)
            .Select(line => new SourceLine(line.Text, 0, new SourcePlace(input.Path, line.PatchLine)))];
        if (there is not null)
            diagnostics.Add(PatchMessages.FileExists(
                place, path, PatchText.Bytes(lines.Select(line => line.Text)).AsSpan().SequenceEqual(there)));
        else if (PatchedFileKinds.Of(path) is PatchedFileKind.Source or PatchedFileKind.Assembler)
            diagnostics.Add(PatchMessages.NotCarried(place, path, "a new source, which no makefile of this kernel builds"));
        else
            Set(new PatchedFile(path, [], 0, lines, IsNew: true, place));
    }

    // What the kernel was built by does not change with comments.
    private void ChangeDescription(PatchInput input, FilePatch patch, string path, SourcePlace place)
    {
        DiagnosticBag found = [];
        PatchedFile? changed = Changed(input, patch, path, place, found);
        IEnumerable<string> before = files.TryGetValue(path, out PatchedFile? known)
            ? known.Lines.Select(line => line.Text)
            : PatchText.Lines(changed?.Original ?? []);
        if (changed is not null && BuildDescriptions.AreEqual(path, before, changed.Lines.Select(line => line.Text)))
        {
            files[path] = changed;
            diagnostics.Add(PatchMessages.OnlyComments(place, path));
        }
        else if (changed is null
            && patch.Hunks.TrueForAll(
                hunk => BuildDescriptions.AreEqual(path, hunk.Old.Select(line => line.Text), hunk.New.Select(line => line.Text))))
        {
            diagnostics.AddRange(found);
        }
        else
        {
            diagnostics.Add(PatchMessages.NotCarried(place, path, PatchedFileKinds.Describe(path)));
        }
    }

    private PatchedFile? Changed(PatchInput input, FilePatch patch, string path, SourcePlace place, DiagnosticBag found)
    {
        PatchedFile? file = files.GetValueOrDefault(path);
        if (file is null && readOriginal(path) is { } contents)
        {
            SourceLine[] read = [.. PatchText.Lines(contents).Select((text, index) => new SourceLine(text, index + 1, null))];
            file = new PatchedFile(path, contents, read.Length, read, IsNew: false, place);
        }

        if (file is null)
        {
            found.Add(PatchMessages.FileMissing(place, path, input.Strip, FittingStrip(patch)));
            return null;
        }

        IReadOnlyList<PatchHunk> hunks = patch.Hunks;
        if (patch.IsCrlf && !file.Lines.Any(line => PatchText.IsCrlf(line.Text)))
        {
            found.Add(PatchMessages.CarriageReturns(place, path));
            hunks = [.. hunks.Select(hunk => hunk.WithoutCarriageReturns())];
        }

        return new FileApplier(input.Path, path, file.Lines, found).Apply(hunks) is { } lines ? file with { Lines = lines } : null;
    }

    private int? FittingStrip(FilePatch patch)
    {
        for (int strip = 0; strip <= MostStrip; strip++)
        {
            if (PatchName.Strip(patch.OldName ?? patch.NewName!, strip) is { } path && PatchName.IsInside(path) && Exists(path))
                return strip;
        }

        return null;
    }

    private void Set(PatchedFile file)
    {
        if (!files.ContainsKey(file.Path))
            order.Add(file.Path);
        files[file.Path] = file;
    }
}
