namespace Klp.Kbuild.Stages;

/// <summary>An object that is there already, and that kbuild links into the module beside what it compiles.</summary>
/// <param name="Name">Its name without <c>.o</c>, unique in the module: letters, digits and <c>_.+-</c>.</param>
/// <param name="Contents">The relocatable object's bytes.</param>
public sealed record LinkedObject(string Name, byte[] Contents)
{
    /// <summary>What kbuild calls it in the stage, without <c>.o</c>: <c>o/fs-proc-version</c>.</summary>
    internal string ObjectName => $"{StageLayout.ObjectFolder}/{Name}";
}
