using System.Text;
using Klp.Kbuild.Processes;
using Klp.Kbuild.Stages;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Files;

namespace Klp.Kbuild.Runs;

/// <summary>
/// The files that a stage's objects are made from, the compiler's among them, and a record of their times. make compares
/// times only for being newer, so it would keep an object whose source, header or compiler an older file replaced.
/// </summary>
/// <param name="stageDirectory">The stage.</param>
/// <param name="layout">The sources in it.</param>
/// <param name="files">Knows the files that the compiler names.</param>
/// <param name="tools">The files of the compiler and the other tools.</param>
/// <param name="environment">What stands for the environment variables that the tools read; make knows nothing of them.</param>
public sealed class CompileInputs(
    string stageDirectory, StageLayout layout, KbuildFiles files, IReadOnlyList<string> tools, string environment)
{
    private const string RecordName = ".times";
    private const string EnvironmentName = ".environment";

    private string RecordPath => Path.Combine(stageDirectory, RecordName);

    private string EnvironmentPath => Path.Combine(stageDirectory, EnvironmentName);

    /// <summary>The files that the objects which are there were made from, as absolute paths in ordinal order.</summary>
    public IReadOnlyList<string> Find() => [.. layout.Sources
        .SelectMany(InputsOf)
        .Concat(tools)
        .Distinct(StringComparer.Ordinal)
        .Order(StringComparer.Ordinal)];

    /// <summary>Removes the objects that were made from something else than what is there now. To be called before make.</summary>
    public void RemoveOutdatedObjects()
    {
        HashSet<string> recorded = File.Exists(RecordPath) ? [.. File.ReadAllText(RecordPath).Split('\n')] : [];
        HashSet<string> unchanged = [.. Find().Where(path => recorded.Contains(FileTimes.Record(path)))];
        bool isSameEnvironment = File.Exists(EnvironmentPath) && File.ReadAllText(EnvironmentPath) == environment;
        IEnumerable<string> outdated = isSameEnvironment && tools.All(unchanged.Contains)
            ? layout.Sources.Where(source => !InputsOf(source).All(unchanged.Contains)).Select(ObjectOf)
            : AllObjects();
        foreach (string path in outdated.ToArray())
            File.Delete(path);
    }

    /// <summary>Records the times. To be called after make, also when it failed: what it left is made from what is there.</summary>
    public void Record()
    {
        AtomicFile.WriteAllBytes(RecordPath, Encoding.UTF8.GetBytes(FileTimes.Record(Find())));
        AtomicFile.WriteAllBytes(EnvironmentPath, Encoding.UTF8.GetBytes(environment));
    }

    /// <summary>
    /// Removes the objects of which there were warnings. To be called when the objects are needed no more: make would pass
    /// them over next time, and the warnings with them, while another source is compiled.
    /// </summary>
    public void RemoveObjectsWarnedOf(IEnumerable<Diagnostic> messages)
    {
        string?[] places = [.. messages
            .Where(message => message.Severity == DiagnosticSeverity.Warning)
            .Select(message => message.Place?.File)
            .Distinct(StringComparer.Ordinal)];
        ILookup<string, string> objects = layout.Sources
            .SelectMany(source => InputsOf(source).Append(source.Path).Select(input => (Input: input, Object: ObjectOf(source))))
            .ToLookup(pair => pair.Input, pair => pair.Object, StringComparer.Ordinal);
        // What no source has to do with came from the steps that follow.
        IEnumerable<string> warned = places.All(place => place is not null && objects.Contains(place))
            ? places.SelectMany(place => objects[place!])
            : AllObjects();
        foreach (string path in warned.ToArray())
            File.Delete(path);
    }

    private IEnumerable<string> InputsOf(StagedSource source) =>
        CommandFile.Dependencies(ObjectOf(source))
            .Concat(AssemblerDependencies.Read(Path.Combine(stageDirectory, AssemblerDependencies.ListOf(source.ObjectName))))
            .Select(path => files.Resolve(path).Path);

    private string ObjectOf(StagedSource source) => Path.Combine(stageDirectory, source.ObjectName + ".o");

    // With those that kbuild makes from its own sources.
    private IEnumerable<string> AllObjects() =>
        ((string[])[stageDirectory, Path.Combine(stageDirectory, StageLayout.WrapperFolder)]).SelectMany(
            folder => Directory.EnumerateFiles(folder, "*.o"));
}
