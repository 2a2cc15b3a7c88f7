using Klp.Kbuild.Runs;
using Microsoft.Build.Framework;

namespace Klp.Build.Tasks.Items;

/// <summary>The kernel trees that the tasks of one build share, within a node of MSBuild.</summary>
internal static class OpenTrees
{
    // Not its name: an SDK of another version has another type of that.
    private static readonly object Key = typeof(OpenKernels);

    /// <summary>Those of the build that a task is part of; MSBuild forgets them when the build is done.</summary>
    internal static OpenKernels Of(IBuildEngine engine)
    {
        if (engine is not IBuildEngine4 build)
            return new OpenKernels();
        if (build.GetRegisteredTaskObject(Key, RegisteredTaskObjectLifetime.Build) is OpenKernels known)
            return known;
        OpenKernels trees = new();
        build.RegisterTaskObject(Key, trees, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: true);
        return trees;
    }
}
