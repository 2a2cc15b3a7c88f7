namespace Klp.Kernel.Files;

/// <summary>What a path leads to, symbolic links followed.</summary>
internal enum FileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A device, a FIFO or a socket: it is written to and read from, never replaced.</summary>
    Other,
}
