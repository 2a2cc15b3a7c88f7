using System.Text;

namespace Klp.Boot.Report;

/// <summary>Parts a guest's console into the frames of its report and the kernel's own text.</summary>
/// <remarks>
/// A kernel message may land in the middle of a frame: "@klp out 3 0 MemTo", "[1.2] Oops\r\n",
/// "tal*c0ffee00\n". Frames have no carriage return and lines of the kernel end in one, so
/// such a frame is seen, and put together again where its checksum confirms it.
/// </remarks>
internal sealed class FrameReader
{
    /// <summary>Joining is quadratic in a line's length; a console full of torn frames must not take hours.</summary>
    private const int MaxJoins = 256;

    private readonly StringBuilder text = new();
    private byte[]? torn;
    private int joins;

    /// <summary>The frames so far, in order.</summary>
    public List<Frame> Frames { get; } = [];

    /// <summary>How many lines were frames once and cannot be read.</summary>
    public int Damaged { get; private set; }

    /// <summary>What is not frames: the kernel's own messages.</summary>
    public string Text => text.ToString();

    /// <summary>Reads a whole console.</summary>
    public static FrameReader Read(ReadOnlySpan<byte> console)
    {
        FrameReader reader = new FrameReader();
        while (!console.IsEmpty)
        {
            int end = console.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? console : console[..end];
            console = end < 0 ? [] : console[(end + 1)..];
            reader.AddLine(line);
        }
        reader.GiveUpTorn();
        return reader;
    }

    /// <summary>Replaces \n and \xHH by the bytes they stand for.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        byte[] bytes = new byte[text.Length];
        int used = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bytes[used] = text[i];
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == 'n')
            {
                bytes[used] = (byte)'\n';
                i += 1;
            }
            else if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x' &&
                char.IsAsciiHexDigit((char)text[i + 2]) && char.IsAsciiHexDigit((char)text[i + 3]))
            {
                bytes[used] = Convert.FromHexString([(char)text[i + 2], (char)text[i + 3]])[0];
                i += 3;
            }
            used++;
        }
        return bytes[..used];
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        bool byKernel = line.EndsWith("\r"u8);
        int mark = line.IndexOf(Frame.Mark);
        if (torn is not null)
        {
            if (byKernel && mark < 0)
            {
                AddText(line);
                return;
            }
            if (!byKernel && TryJoin(line))
                return;
            GiveUpTorn();
        }

        if (mark < 0)
        {
            AddText(line);
            return;
        }
        if (mark > 0)
            AddText(line[..mark]);
        line = line[mark..];
        if (Frame.Parse(line) is { } frame)
        {
            Frames.Add(frame);
        }
        else if (byKernel)
        {
            torn = line.ToArray();
        }
        else
        {
            Damaged++;
            AddText(line);
        }
    }

    /// <summary>Tries every place at which a message can have torn the frame whose rest this line is.</summary>
    private bool TryJoin(ReadOnlySpan<byte> rest)
    {
        if (torn is null || joins++ >= MaxJoins)
            return false;
        byte[] joined = new byte[torn.Length + rest.Length];
        for (int cut = Frame.Mark.Length; cut < torn.Length; cut++)
        {
            torn.AsSpan(0, cut).CopyTo(joined);
            rest.CopyTo(joined.AsSpan(cut));
            if (Frame.Parse(joined.AsSpan(0, cut + rest.Length)) is not { } frame)
                continue;
            AddText(torn.AsSpan(cut));
            Frames.Add(frame);
            torn = null;
            return true;
        }
        return false;
    }

    private void GiveUpTorn()
    {
        if (torn is null)
            return;
        Damaged++;
        AddText(torn);
        torn = null;
    }

    private void AddText(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        if (!line.IsEmpty)
            text.Append(Encoding.UTF8.GetString(line)).Append('\n');
    }
}
