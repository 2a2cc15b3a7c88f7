namespace Klp.Livepatch.Tests.Support;

/// <summary>A section as readelf shows it.</summary>
internal sealed record ReadelfSection(string Name, string Type, ulong Flags, int Offset, int Size, int EntrySize, int Link, int Info, int Alignment);
