using Klp.Boot.Script;

namespace Klp.Boot.Tests.Patches;

/// <summary>A fix of the kernel, and what shows that it works.</summary>
/// <param name="Name">The name of the livepatch's module.</param>
/// <param name="Edits">What the patch changes.</param>
/// <param name="Show">The step whose output shows it, by the path of <see cref="PatchProbe"/> in the guest.</param>
/// <param name="Patched">What the output has while the livepatch is enabled, and at no other time: a regular expression.</param>
internal sealed record PatchCase(string Name, SourceEdit[] Edits, Func<string, GuestStep> Show, string Patched)
{
    /// <summary>A case whose effect is seen in a file.</summary>
    public static PatchCase InFile(string name, string file, string patched, params SourceEdit[] edits) =>
        new(name, edits, _ => GuestStep.Read(file), patched);

    /// <summary>A case whose effect is seen by what a system call answers.</summary>
    public static PatchCase ByCall(string name, string call, string patched, params SourceEdit[] edits) =>
        new(name, edits, program => GuestStep.Run(program, call), patched);

    /// <summary>Whether it stays seen, as a line of the kernel's log or a screen does.</summary>
    public bool Stays { get; init; }
}
