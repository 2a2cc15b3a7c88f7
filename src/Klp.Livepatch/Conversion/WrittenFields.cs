namespace Klp.Livepatch.Conversion;

/// <summary>Compares the fields of something in a module with those that another reader finds.</summary>
internal static class WrittenFields
{
    /// <summary>The fields that differ, in words.</summary>
    /// <param name="of">What has the fields: <c>section 7, .text</c>.</param>
    /// <param name="fields">Each field's name, its planned value and the one that was read.</param>
    internal static IEnumerable<string> Differences(string of, params (string Name, ulong Wanted, ulong Found)[] fields)
    {
        foreach ((string name, ulong wanted, ulong found) in fields)
        {
            if (found != wanted)
                yield return $"{name} of {of}, is 0x{found:x} and not 0x{wanted:x}";
        }
    }
}
