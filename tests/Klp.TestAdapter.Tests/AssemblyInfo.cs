// Each test boots a guest, which takes a processor; before it does, and after, a build waits more than it computes.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
