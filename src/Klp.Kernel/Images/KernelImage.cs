using System.Buffers.Binary;
using System.Text;
using Klp.Kernel.Compression;

namespace Klp.Kernel.Images;

/// <summary>Unpacks the image that a boot loader loads (vmlinuz, bzImage, Image) into the bytes of the kernel in it.</summary>
public static class KernelImage
{
    private const int BzImageMagicOffset = 0x202;
    private const int BzImageSetupSectors = 0x1f1;
    private const int BzImagePayloadOffset = 0x248;
    private const int BzImagePayloadLength = 0x24c;
    private const int SectorBytes = 512;
    private const int ZbootMagicOffset = 4;
    private const int ZbootPayloadOffset = 8;
    private const int ZbootPayloadLength = 12;
    // The magic of arch/s390/boot/head.S; what comes before it is for the machine's own loader.
    private const string S390Magic = "S390EP";
    private const int S390MagicOffset = 0x10008;
    private const int S390SmallestKernel = 1 << 20;
    // Chance makes far fewer of the six bytes of xz, and some dozen of gzip's three, in 20 MB of code.
    private const int MostPayloads = 100;

    /// <summary>
    /// Reads an image: x86's bzImage (Documentation/arch/x86/boot.rst), an EFI zboot image (drivers/firmware/efi/libstub/zboot-header.S),
    /// s390's boot image (arch/s390/boot), a compressed file, or a plain one.
    /// </summary>
    /// <param name="path">The image.</param>
    /// <returns>The kernel's bytes; those of the file where it is of no known form.</returns>
    /// <exception cref="InvalidDataException">The kernel in it is compressed in a way that is not known here, or damaged.</exception>
    /// <exception cref="IOException">The image cannot be read.</exception>
    public static byte[] ReadKernel(string path)
    {
        byte[] image = File.ReadAllBytes(path);
        if (HasMagic(image, BzImageMagicOffset, "HdrS") && image.Length > BzImagePayloadLength + 4)
        {
            // boot.rst: the payload's offset counts from the end of the setup code; 0 sectors mean 4.
            uint setup = image[BzImageSetupSectors] == 0 ? 4u : image[BzImageSetupSectors];
            return Payload(
                path, image, ((setup + 1) * SectorBytes) + (ulong)Word(image, BzImagePayloadOffset), Word(image, BzImagePayloadLength));
        }

        if (HasMagic(image, ZbootMagicOffset, "zimg"))
            return Payload(path, image, Word(image, ZbootPayloadOffset), Word(image, ZbootPayloadLength));
        return HasMagic(image, S390MagicOffset, S390Magic) ? FindPayload(path, image) : CompressedFile.Decompress(image, path);
    }

    // The place of the payload is in no header; one that was not compressed is the rest of the file.
    private static byte[] FindPayload(string path, byte[] image)
    {
        int attempts = 0;
        for (int at = S390MagicOffset; at < image.Length && attempts < MostPayloads; at++)
        {
            if (!CompressedFile.IsCompressed(image.AsSpan(at)))
                continue;
            attempts++;
            try
            {
                byte[] kernel = CompressedFile.Decompress(image[at..], path);
                if (kernel.Length >= S390SmallestKernel)
                    return kernel;
            }
            catch (InvalidDataException)
            {
                // Code that begins like a compressed stream.
            }
        }

        return image;
    }

    private static byte[] Payload(string path, byte[] image, ulong offset, ulong length)
    {
        if (offset > (ulong)image.Length || length > (ulong)image.Length - offset)
            throw new InvalidDataException($"{path}: its header places the kernel outside the file");

        byte[] payload = image[(int)offset..(int)(offset + length)];
        bool isElf = payload.AsSpan().StartsWith("\u007fELF"u8);
        if (!isElf && !CompressedFile.IsCompressed(payload))
            throw new InvalidDataException($"{path}: the kernel in it is not compressed with gzip, xz or zstd");
        return CompressedFile.Decompress(payload, path);
    }

    private static bool HasMagic(byte[] image, int offset, string magic) =>
        image.Length >= offset + 12 && Encoding.Latin1.GetString(image, offset, magic.Length) == magic;

    private static uint Word(byte[] image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(offset));
}
