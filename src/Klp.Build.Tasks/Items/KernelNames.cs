using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>How messages name a kernel of a project that has several.</summary>
internal static class KernelNames
{
    /// <summary>The metadata of KlpModule items that has the name.</summary>
    internal const string Metadata = "KernelName";

    // What tells the build for one kernel from that for another.
    private const string Property = "KlpKernelName";

    /// <summary>The kernel of a KlpModule item.</summary>
    internal static string Of(ITaskItem module) => $"\"{module.GetMetadata(Metadata)}\" ({module.GetMetadata("KernelRelease")})";

    /// <summary>The kernel that this build of the project is for; null when the project has no KlpKernel items.</summary>
    internal static string? Current(IBuildEngine engine) =>
        engine is IBuildEngine6 build && build.GetGlobalProperties().TryGetValue(Property, out string? name) ? name : null;
}
