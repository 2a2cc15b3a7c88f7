using Klp.Kernel.Facts;

namespace Klp.Livepatch.Generation;

/// <summary>What the structures of include/linux/livepatch.h have not always had.</summary>
/// <param name="Name">What the project asks for, in words.</param>
/// <param name="Since">The first kernel that has it.</param>
internal sealed record TableFeature(string Name, KernelVersion Since)
{
    /// <summary>klp_func.old_sympos. Before, there was an address in its place.</summary>
    public static TableFeature Position { get; } = new("a position (old_sympos)", new KernelVersion(4, 5));

    /// <summary>klp_object.callbacks.</summary>
    public static TableFeature Callbacks { get; } = new("callbacks", new KernelVersion(4, 15));

    /// <summary>klp_patch.replace.</summary>
    public static TableFeature Replace { get; } = new("atomic replace", new KernelVersion(5, 1));

    /// <summary>klp_patch.states.</summary>
    public static TableFeature States { get; } = new("states", new KernelVersion(5, 5));

    /// <summary>
    /// klp_enable_patch() does all. Before, klp_register_patch() came first, and klp_unregister_patch() was called as the module
    /// goes.
    /// </summary>
    public static KernelVersion EnableRegisters { get; } = new(5, 1);
}
