using Klp.Elf.Model;

namespace Klp.Livepatch.Modules;

/// <summary>A callback of a patched object (include/linux/livepatch.h, struct klp_callbacks).</summary>
/// <param name="Name">The member: <c>pre_patch</c>, <c>post_patch</c>, <c>pre_unpatch</c> or <c>post_unpatch</c>.</param>
/// <param name="Place">Where its code begins.</param>
public sealed record PatchedCallback(string Name, ElfPlace Place);
