namespace Klp.Livepatch.Modules;

/// <summary>What the module loader does with a section before it can be written as a patched module comes.</summary>
internal enum LoaderTreatment
{
    /// <summary>It stays where the loader put it, and nothing reads it before.</summary>
    Kept,

    /// <summary>A copy of it for each CPU stays; it itself is in the file's temporary copy, which is freed.</summary>
    CopiedForEachCpu,

    /// <summary>It is freed once the livepatch has started.</summary>
    Freed,

    /// <summary>The loader reads it in the file's temporary copy of the module, which is freed, and takes SHF_ALLOC away.</summary>
    NotLoaded,

    /// <summary>The kernel reads it as the livepatch loads.</summary>
    Read,

    /// <summary>Nothing is known of a section of that name.</summary>
    Unknown,
}
