using Klp.Kernel.Diagnostics;

namespace Klp.Patching.Patches;

/// <summary>
/// Reads unified diffs: those of git and of diff(1), and mails that have them, of which the rest is passed over. What could be
/// meant for a hunk and is none is refused. Reads each line once; what a header promises is never made room for.
/// </summary>
internal sealed class UnifiedDiffReader
{
    // Of a mail's text (RFC 2045, 6.1); the others leave it as it is.
    private static readonly string[] MailEncodings = ["quoted-printable", "base64"];

    private readonly string file;
    private readonly List<string> lines;
    private readonly DiagnosticBag diagnostics;
    private readonly List<FilePatch> files = [];
    private int index;
    private bool isMalformed;

    private UnifiedDiffReader(string file, List<string> lines, DiagnosticBag diagnostics)
    {
        this.file = file;
        this.lines = lines;
        this.diagnostics = diagnostics;
    }

    /// <summary>Reads a patch.</summary>
    /// <param name="file">Its path, for messages.</param>
    /// <param name="contents">Its contents.</param>
    /// <param name="diagnostics">Gets what is wrong.</param>
    /// <returns>What it says of files, in its order; null where it is malformed.</returns>
    internal static IReadOnlyList<FilePatch>? Read(string file, byte[] contents, DiagnosticBag diagnostics)
    {
        if (contents is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            diagnostics.Add(PatchMessages.Malformed(
                new SourcePlace(file, 1), "the file is UTF-16", "a patch in bytes, as git format-patch -o writes it"));
            return null;
        }

        UnifiedDiffReader reader = new(file, PatchText.Lines(contents is [0xef, 0xbb, 0xbf, ..] ? contents[3..] : contents), diagnostics);
        reader.ReadFiles();
        return reader.isMalformed ? null : reader.files;
    }

    private string Line => PatchText.WithoutEnd(lines[index]);

    private bool Starts(string prefix, int ahead = 0) =>
        index + ahead < lines.Count && lines[index + ahead].StartsWith(prefix, StringComparison.Ordinal);

    private void ReadFiles()
    {
        while (index < lines.Count && !isMalformed)
        {
            if (Starts("diff --git "))
                ReadGitFile();
            else if (Starts("--- ") && Starts("+++ ", 1))
                ReadNames(new FilePatch { PatchLine = index + 1 });
            else if (Starts("@@ -"))
                Malformed(index, "a hunk of no file", "the lines '--- a/FILE' and '+++ b/FILE' before it");
            else if (Starts("@@@ -") || Starts("diff --cc ") || Starts("diff --combined "))
                Malformed(index, "a diff of a merge, which has several originals", "a diff of two versions: git diff FIRST SECOND");
            else if (EncodingOf(Line) is { } encoding)
                Malformed(
                    index,
                    $"a mail whose text is encoded as {encoding}",
                    "the text itself: git mailinfo MESSAGE PATCH <MAIL writes it to PATCH");
            else if (Starts("***************") && index > 1)
                Malformed(index, "a context diff", "a unified diff: diff -u, git diff");
            else if (Starts("Binary files ") && Line.EndsWith(" differ", StringComparison.Ordinal))
                Malformed(index, "files that diff takes for binary", "files of text only: diff --text");
            else
                index++;
        }

        if (!isMalformed && files.Count == 0)
            Malformed(0, "nothing in it is a unified diff", "the lines '--- a/FILE', '+++ b/FILE' and '@@ -LINE,COUNT +LINE,COUNT @@'");
    }

    private static string? EncodingOf(string line)
    {
        const string Field = "Content-Transfer-Encoding:";
        string value = line.StartsWith(Field, StringComparison.OrdinalIgnoreCase) ? line[Field.Length..].Trim() : "";
        return MailEncodings.FirstOrDefault(encoding => encoding.Equals(value, StringComparison.OrdinalIgnoreCase));
    }

    private void ReadGitFile()
    {
        FilePatch patch = new() { PatchLine = index + 1 };
        (string Old, string New)? names = PatchName.OfGit(Line["diff --git ".Length..]);
        for (index++; index < lines.Count && ReadExtended(patch); index++)
        {
        }

        if (Starts("--- ") && Starts("+++ ", 1) && patch.Unsupported != "binary")
        {
            ReadNames(patch);
            return;
        }

        if (names is null && patch.Unsupported is not ("rename" or "copy"))
        {
            Malformed(patch.PatchLine - 1, "it is not clear which file is meant", "diff --git a/FILE b/FILE, with the same FILE twice");
            return;
        }

        patch.OldName ??= names?.Old;
        patch.NewName ??= names?.New;
        files.Add(patch);
    }

    // A line of git's extended header. Names there have no folder in front, and are for messages.
    private bool ReadExtended(FilePatch patch)
    {
        string line = Line;
        patch.IsCreated |= line.StartsWith("new file mode ", StringComparison.Ordinal);
        patch.IsDeleted |= line.StartsWith("deleted file mode ", StringComparison.Ordinal);

        // Of symbolic links and of submodules (S_IFMT).
        if (line.Contains("file mode 12", StringComparison.Ordinal) || line.Contains("file mode 16", StringComparison.Ordinal))
            SetUnsupported(patch, "link");
        else if (line.StartsWith("rename ", StringComparison.Ordinal) || line.StartsWith("copy ", StringComparison.Ordinal))
            ReadMove(patch, line);
        else if (line == "GIT binary patch"
            || (line.StartsWith("Binary files ", StringComparison.Ordinal) && line.EndsWith(" differ", StringComparison.Ordinal)))
        {
            SetUnsupported(patch, "binary");
        }
        else
        {
            return line.StartsWith("new file mode ", StringComparison.Ordinal)
                || line.StartsWith("deleted file mode ", StringComparison.Ordinal)
                || line.StartsWith("old mode ", StringComparison.Ordinal) || line.StartsWith("new mode ", StringComparison.Ordinal)
                || line.StartsWith("index ", StringComparison.Ordinal) || line.StartsWith("similarity index ", StringComparison.Ordinal)
                || line.StartsWith("dissimilarity index ", StringComparison.Ordinal);
        }

        return true;
    }

    // "rename from NAME", "rename to NAME", and the same of copies.
    private void ReadMove(FilePatch patch, string line)
    {
        SetUnsupported(patch, line[0] == 'r' ? "rename" : "copy");
        string[] words = line.Split(' ', 3);
        if (words is [_, "from", _])
            patch.MovedFrom = PatchName.OfHeader(words[2]);
        else if (words is [_, "to", _])
            patch.MovedTo = PatchName.OfHeader(words[2]);
    }

    private void SetUnsupported(FilePatch patch, string what)
    {
        patch.UnsupportedLine = patch.UnsupportedLine == 0 ? index + 1 : patch.UnsupportedLine;
        patch.Unsupported = what;
    }

    private void ReadNames(FilePatch patch)
    {
        patch.IsCrlf = PatchText.IsCrlf(lines[index]) && PatchText.IsCrlf(lines[index + 1]);
        string oldText = Line["--- ".Length..];
        string? oldName = PatchName.OfHeader(oldText);
        index++;
        string newText = Line["+++ ".Length..];
        string? newName = PatchName.OfHeader(newText);
        if (string.IsNullOrEmpty(oldName) || string.IsNullOrEmpty(newName))
        {
            Malformed(
                string.IsNullOrEmpty(oldName) ? index - 1 : index,
                "the file's name is malformed",
                "--- a/FILE or +++ b/FILE, with \\ and three octal digits for a byte in quotation marks");
            return;
        }

        if (oldName == "/dev/null" && newName == "/dev/null")
        {
            Malformed(index, "it names no file", "a name in one of the lines --- and +++");
            return;
        }

        patch.IsCreated |= oldName == "/dev/null";
        patch.IsDeleted |= newName == "/dev/null";
        patch.OldName = oldName == "/dev/null" ? null : oldName;
        patch.NewName = newName == "/dev/null" ? null : newName;
        index++;
        files.Add(patch);
        ReadHunks(patch);
        if (isMalformed)
            return;

        // A file may be of the epoch and exist, as what reproducible builds unpack.
        patch.IsCreated |= PatchName.IsEpoch(oldText) && patch.Hunks.TrueForAll(hunk => hunk.Old.Count == 0);
        patch.IsDeleted |= PatchName.IsEpoch(newText) && patch.Hunks.TrueForAll(hunk => hunk.New.Count == 0);
        if (patch.IsCreated && patch.Hunks.Find(hunk => hunk.Old.Count > 0) is { } old)
            Malformed(old.Header.PatchLine - 1, "a new file has lines of before", "lines that begin with + only");
    }

    private void ReadHunks(FilePatch patch)
    {
        if (!Starts("@@ -"))
        {
            Malformed(Math.Min(index, lines.Count - 1), "no hunk follows the file's names", "@@ -LINE,COUNT +LINE,COUNT @@");
            return;
        }

        while (!isMalformed && Starts("@@ -"))
        {
            HunkHeader? header = HunkHeader.Read(Line, index + 1);
            if (header is null)
                Malformed(index, "the hunk's header is malformed", "@@ -LINE,COUNT +LINE,COUNT @@");
            else if (patch.Hunks is [.., { Header: { } last }]
                && header.OldStart + (header.OldCount == 0 ? 1 : 0) < last.OldStart + last.OldCount)
            {
                Malformed(
                    index,
                    "the hunk begins before the end of the one above it",
                    "hunks in the order of the file that have no line in common");
            }
            else
                ReadHunk(patch, header);
        }

        if (isMalformed || index >= lines.Count)
            return;

        // After a hunk a mail's signature, another file, or text that no hunk can have.
        bool isSignature = Line.TrimEnd() == "--";
        bool isFile = Starts("--- ") && Starts("+++ ", 1);
        if (Starts("\\")
            || (Starts(" ") && !string.IsNullOrWhiteSpace(Line))
            || Starts("+")
            || (Starts("-") && !isSignature && !isFile && Line != "---"))
        {
            Malformed(
                index, "the hunk has more lines than its header says", $"{patch.Hunks[^1].Header.OldCount} lines of the file before and "
                    + $"{patch.Hunks[^1].Header.NewCount} of it afterwards, as in line {patch.Hunks[^1].Header.PatchLine}");
        }
    }

    private void ReadHunk(FilePatch patch, HunkHeader header)
    {
        List<HunkLine> hunk = [];
        int oldLeft = header.OldCount, newLeft = header.NewCount;
        index++;
        while (oldLeft > 0 || newLeft > 0)
        {
            if (index >= lines.Count)
            {
                Malformed(
                    lines.Count - 1,
                    "the patch ends within a hunk",
                    $"{oldLeft} more lines of the file before and {newLeft} of it afterwards");
                return;
            }

            // Mailers take the space off an empty line of context.
            string line = lines[index] is "\n" or "\r\n" ? " " + lines[index] : lines[index];
            char kind = line[0];
            if (kind == '\\' ? !EndWithoutLineFeed(hunk) : kind is not (' ' or '-' or '+'))
            {
                Malformed(index, kind == '\\' ? "the mark of a file's end has no line before it" : "the line is none of a hunk",
                    $"a space, + or - in front, as {oldLeft} more lines of the file before and {newLeft} of it afterwards have to follow");
                return;
            }

            if (kind != '\\')
            {
                oldLeft -= kind == '+' ? 0 : 1;
                newLeft -= kind == '-' ? 0 : 1;
                hunk.Add(new HunkLine(kind, line.EndsWith('\n') ? line[1..] : line[1..] + "\n", index + 1));
            }

            if (oldLeft < 0 || newLeft < 0)
            {
                Malformed(index, "the hunk has more lines than its header says",
                    $"{header.OldCount} lines of the file before and {header.NewCount} of it afterwards, as in line {header.PatchLine}");
                return;
            }

            index++;
        }

        if (Starts("\\") && EndWithoutLineFeed(hunk))
            index++;
        PatchHunk read = new(patch.Hunks.Count + 1, header, hunk);
        if (read.Old.SkipLast(1).Concat(read.New.SkipLast(1)).Any(line => !line.Text.EndsWith('\n')))
            Malformed(
                header.PatchLine - 1,
                "lines of the hunk follow the file's end",
                "'\\ No newline at end of file' behind the last line only");
        else
            patch.Hunks.Add(read);
    }

    private static bool EndWithoutLineFeed(List<HunkLine> hunk)
    {
        if (hunk is not [.., { Text: [.., '\n'] } last])
            return false;
        hunk[^1] = last with { Text = last.Text[..^1] };
        return true;
    }

    private void Malformed(int at, string what, string expected)
    {
        isMalformed = true;
        diagnostics.Add(PatchMessages.Malformed(new SourcePlace(file, at + 1), what, expected));
    }
}
