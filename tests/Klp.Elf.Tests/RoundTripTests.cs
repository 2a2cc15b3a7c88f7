using Klp.Elf.Model;
using Klp.Elf.Tests.Support;

namespace Klp.Elf.Tests;

[Trait("Needs", "kernel")]
public class RoundTripTests
{
    [Fact]
    public void A_kernels_modules_are_written_back_byte_for_byte()
    {
        Assert.NotEmpty(KernelTree.Modules);
        Assert.All(KernelTree.Modules, AssertSame);
    }

    [Fact]
    public void The_objects_of_a_kernels_build_are_written_back_byte_for_byte()
    {
        List<string> objects = [.. KernelTree.Objects.Where(IsElf64Relocatable)];
        // A build of any kernel makes some hundreds.
        Assert.True(objects.Count > 100, $"{KernelTree.Path} has {objects.Count} objects; is it a build directory?");
        Assert.All(objects, AssertSame);
    }

    private static void AssertSame(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        byte[] written = ElfObject.Read(bytes, path).ToArray();
        Assert.True(bytes.AsSpan().SequenceEqual(written), $"{path}: the first difference is at offset {bytes.AsSpan().CommonPrefixLength(written)}");
    }

    // A 32-bit vDSO's objects are ELF32.
    private static bool IsElf64Relocatable(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[18];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start[..5].SequenceEqual("\u007fELF\u0002"u8)
            && (start[16] | start[17]) == 1;
    }
}
