namespace Klp.Boot.Tests;

/// <summary>Tests that boot guests run one after the other, and nothing beside them: each guest takes a processor.</summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class Guests
{
    public const string Collection = "guests";
}
