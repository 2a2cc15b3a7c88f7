using System.Text;
using Klp.Boot.Report;
using Klp.Kernel.Compression;

namespace Klp.Boot.Script;

/// <summary>What a guest is to do, in order, and the files that it needs for that.</summary>
public sealed class GuestScript
{
    private readonly List<GuestStep> steps = [];
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Content, bool Executable)> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> hostFiles = new(StringComparer.Ordinal);

    /// <summary>The steps so far, in order.</summary>
    public IReadOnlyList<GuestStep> Steps => steps;

    /// <summary>Adds a step at the end.</summary>
    /// <returns>Its index, in <see cref="Steps"/> and in <see cref="GuestReport.Steps"/>.</returns>
    public int Add(GuestStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        steps.Add(step);
        return steps.Count - 1;
    }

    /// <summary>Adds a step that loads a module of this machine.</summary>
    /// <param name="file">The .ko on this machine; see <see cref="AddModule"/>.</param>
    /// <param name="parameters">Its parameters, parted by spaces.</param>
    /// <returns>The step's index.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int LoadModule(string file, string parameters = "") => Add(GuestStep.Load(AddModule(file), parameters));

    /// <summary>Gives the guest a module of this machine; the same file again gives the same path.</summary>
    /// <param name="file">The .ko on this machine. A compressed one (.ko.xz) is decompressed, as not every kernel can do that.</param>
    /// <returns>Its path in the guest.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is compressed and damaged.</exception>
    public string AddModule(string file) => AddHostFile(file, "/klp/modules", executable: false);

    /// <summary>Gives the guest a program of this machine: a static one, as the guest has no libraries.</summary>
    /// <param name="file">The program on this machine, made for the guest's architecture.</param>
    /// <returns>Its path in the guest.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string AddProgram(string file) => AddHostFile(file, "/klp/bin", executable: true);

    /// <summary>Gives the guest a file.</summary>
    /// <param name="path">Absolute path in the guest.</param>
    /// <param name="content">Its bytes; not copied.</param>
    /// <param name="executable">Whether the guest may run it.</param>
    /// <exception cref="ArgumentException">The guest already has a file of that path.</exception>
    public void AddFile(string path, ReadOnlyMemory<byte> content, bool executable = false) =>
        files.Add(path, (content, executable));

    /// <summary>The initramfs that carries the script out.</summary>
    /// <param name="init">The compiled guest/init.c.</param>
    internal CpioArchive ToArchive(ReadOnlyMemory<byte> init)
    {
        CpioArchive archive = new CpioArchive();
        // For the kernel to give /init, and for a kernel without devtmpfs.
        archive.AddCharDevice("/dev/console", 5, 1);
        archive.AddCharDevice("/dev/null", 1, 3);
        archive.AddCharDevice("/dev/kmsg", 1, 11);
        archive.AddFile("/init", init, executable: true);
        archive.AddFile("/klp/steps", Encoding.ASCII.GetBytes(string.Concat(steps.Select(step => step.ToLine() + '\n'))));
        foreach ((string path, (ReadOnlyMemory<byte> content, bool executable)) in files)
            archive.AddFile(path, content, executable);
        return archive;
    }

    private string AddHostFile(string file, string directory, bool executable)
    {
        string full = Path.GetFullPath(file);
        if (hostFiles.TryGetValue(full, out string? path))
            return path;
        string name = Path.GetFileName(full);
        // Told by its first bytes: a program is never compressed.
        byte[] content = CompressedFile.ReadAllBytes(full);
        if (name.LastIndexOf(".ko.", StringComparison.Ordinal) is > 0 and int end)
            name = name[..(end + ".ko".Length)];
        path = $"{directory}/{name}";
        for (int i = 2; files.ContainsKey(path); i++)
            path = $"{directory}/{i}/{name}";
        AddFile(path, content, executable);
        hostFiles.Add(full, path);
        return path;
    }
}
