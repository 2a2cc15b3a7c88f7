namespace Klp.Livepatch.Tests.Support;

/// <summary>A symbol as readelf shows it; the index of SHN_LIVEPATCH is <c>OS [0xff20]</c>.</summary>
internal sealed record ReadelfSymbol(ulong Value, string Size, string Type, string Binding, string Index, string Name)
{
    internal const string Livepatch = "OS [0xff20]";
}
