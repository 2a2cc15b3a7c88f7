namespace Klp.Kbuild.Patching;

/// <summary>What the build recorded of one object.</summary>
/// <param name="Object">The object, relative to the build directory.</param>
/// <param name="Time">When the record was written, in ticks of UTC.</param>
/// <param name="Size">The record's size in bytes.</param>
/// <param name="Dependencies">
/// The files that it was made from, its source among them: indices of <see cref="DependencyTable.Paths"/>.
/// </param>
internal sealed record RecordedObject(string Object, long Time, long Size, int[] Dependencies);
