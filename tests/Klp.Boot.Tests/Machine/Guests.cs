using Klp.Boot.Tests.LoaderRules;

namespace Klp.Boot.Tests.Machine;

/// <summary>Tests that boot guests run one after the other, and nothing beside them: each guest takes a processor.</summary>
[CollectionDefinition(Collection, DisableParallelization = true)]
public sealed class Guests : ICollectionFixture<Guests.CleanUp>, ICollectionFixture<LoadRuleRun>
{
    public const string Collection = "guests";

    /// <summary>What comes after the last of them.</summary>
    public sealed class CleanUp : IDisposable
    {
        public void Dispose() => SdkProject.RemoveAll();
    }
}
