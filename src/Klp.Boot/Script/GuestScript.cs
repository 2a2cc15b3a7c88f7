using System.Text;

namespace Klp.Boot;

/// <summary>What a guest is to do, in order, and the files that it needs for that.</summary>
public sealed class GuestScript
{
    private readonly List<GuestStep> _steps = [];
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Content, bool Executable)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _hostFiles = new(StringComparer.Ordinal);

    /// <summary>The steps so far, in order.</summary>
    public IReadOnlyList<GuestStep> Steps => _steps;

    /// <summary>Adds a step at the end.</summary>
    /// <returns>Its index, in <see cref="Steps"/> and in <see cref="GuestReport.Steps"/>.</returns>
    public int Add(GuestStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(step);
        return _steps.Count - 1;
    }

    /// <summary>Adds a step that loads a module of this machine.</summary>
    /// <param name="file">The .ko on this machine.</param>
    /// <param name="parameters">Its parameters, parted by spaces.</param>
    /// <returns>The step's index.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public int LoadModule(string file, string parameters = "") => Add(GuestStep.Load(AddModule(file), parameters));

    /// <summary>Gives the guest a module of this machine; the same file again gives the same path.</summary>
    /// <param name="file">The .ko on this machine.</param>
    /// <returns>Its path in the guest.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
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
        _files.Add(path, (content, executable));

    /// <summary>The initramfs that carries the script out.</summary>
    /// <param name="init">The compiled guest/init.c.</param>
    internal CpioArchive ToArchive(ReadOnlyMemory<byte> init)
    {
        var archive = new CpioArchive();
        // For the kernel to give /init, and for a kernel without devtmpfs.
        archive.AddCharDevice("/dev/console", 5, 1);
        archive.AddCharDevice("/dev/null", 1, 3);
        archive.AddCharDevice("/dev/kmsg", 1, 11);
        archive.AddFile("/init", init, executable: true);
        archive.AddFile("/klp/steps", Encoding.ASCII.GetBytes(string.Concat(_steps.Select(step => step.ToLine() + '\n'))));
        foreach ((string path, (ReadOnlyMemory<byte> content, bool executable)) in _files)
            archive.AddFile(path, content, executable);
        return archive;
    }

    private string AddHostFile(string file, string directory, bool executable)
    {
        string full = Path.GetFullPath(file);
        if (_hostFiles.TryGetValue(full, out string? path))
            return path;
        path = $"{directory}/{Path.GetFileName(full)}";
        for (int i = 2; _files.ContainsKey(path); i++)
            path = $"{directory}/{i}/{Path.GetFileName(full)}";
        AddFile(path, File.ReadAllBytes(full), executable);
        _hostFiles.Add(full, path);
        return path;
    }
}
