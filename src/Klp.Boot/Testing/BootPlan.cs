using System.Text.Json;
using Klp.Kernel.Files;

namespace Klp.Boot.Testing;

/// <summary>What a project's tests are: the file that its build writes for dotnet test.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="ProjectFile">The project's file.</param>
/// <param name="Kernels">What to test on each kernel.</param>
public sealed record BootPlan(string Project, string ProjectFile, IReadOnlyList<LivepatchTestPlan> Kernels)
{
    /// <summary>The extension of the file.</summary>
    public const string Extension = ".klptest";

    /// <summary>Reads a plan.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a plan.</exception>
    public static BootPlan Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), PlanJson.Strict.BootPlan) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not a plan of livepatch tests: {e.Message} Build the project again.", e);
        }
    }

    /// <summary>Writes the plan.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string file) => AtomicFile.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(this, PlanJson.Strict.BootPlan));
}
