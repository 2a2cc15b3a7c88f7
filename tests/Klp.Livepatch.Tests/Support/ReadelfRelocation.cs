namespace Klp.Livepatch.Tests.Support;

/// <summary>A relocation as readelf shows it; a symbol without a name has that of its section, no symbol an empty one.</summary>
internal sealed record ReadelfRelocation(string Section, ulong Offset, string Type, string Symbol, string Addend);
