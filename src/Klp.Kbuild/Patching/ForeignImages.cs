namespace Klp.Kbuild.Patching;

/// <summary>What the objects of a kernel's build belong to that are linked into neither vmlinux nor a module.</summary>
internal static class ForeignImages
{
    // By folder, most telling first.
    private static readonly (string Folder, string Image)[] Images =
    [
        ("vdso", "the vDSO, which the kernel maps into every process"),
        ("vdso32", "the vDSO, which the kernel maps into every process"),
        ("pi", "the code that runs before the kernel is mapped"),
        ("nvhe", "KVM's hypervisor of its own (nVHE)"),
        ("libstub", "the EFI stub, which starts the kernel"),
        ("startup", "the code that runs before the kernel is mapped"),
        ("compressed", "the program that decompresses the kernel"),
        ("boot", "the boot image around the kernel"),
        ("purgatory", "kexec's purgatory"),
        ("realmode", "the code that starts processors in real mode"),
        ("rm", "the code that starts processors in real mode"),
        ("scripts", "a program of the build itself"),
        ("tools", "a program of the build itself"),
        ("usr", "the initramfs"),
    ];

    /// <summary>What an object belongs to, in words.</summary>
    /// <param name="objectPath">The object, relative to the build directory.</param>
    internal static string Of(string objectPath)
    {
        if (objectPath.EndsWith(".s", StringComparison.Ordinal))
            return "the constants of a header that the build generates";
        if (objectPath.EndsWith(".lds", StringComparison.Ordinal))
            return "the linker's script";
        if (objectPath.EndsWith(".mod.o", StringComparison.Ordinal) || Path.GetFileName(objectPath).StartsWith('.'))
            return "the parts that kbuild generates for modules and the kernel";
        if (Path.GetExtension(objectPath).Length == 0)
            return "the programs that the build runs to make other files";
        HashSet<string> folders = [.. (Path.GetDirectoryName(objectPath) ?? "").Split('/')];
        return Images.FirstOrDefault(image => folders.Contains(image.Folder)).Image
            ?? "no program that is known here; perhaps an earlier build with another configuration left it";
    }
}
