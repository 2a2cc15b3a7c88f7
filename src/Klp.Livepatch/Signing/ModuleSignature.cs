using System.Buffers.Binary;

namespace Klp.Livepatch.Signing;

/// <summary>
/// The signature at the end of a signed module: PKCS#7 data, struct module_signature (include/linux/module_signature.h, 12
/// bytes, its length big-endian) and a marker line.
/// </summary>
internal sealed record ModuleSignature
{
    private const int InfoBytes = 12;
    private const byte Pkcs7 = 2;

    private ModuleSignature(ReadOnlyMemory<byte> module, string? problem, bool isUnknown = false)
    {
        Module = module;
        Problem = problem;
        IsUnknown = isUnknown;
    }

    /// <summary>The module without its signature.</summary>
    internal ReadOnlyMemory<byte> Module { get; }

    /// <summary>The PKCS#7 data; empty where there is a problem.</summary>
    internal ReadOnlyMemory<byte> Pkcs7Data { get; private init; }

    /// <summary>Why the kernel would not even try to verify it, in its own words where it has any; or null.</summary>
    internal string? Problem { get; }

    /// <summary>True for a signature of another kind, with which the kernel takes the module for an unsigned one.</summary>
    internal bool IsUnknown { get; }

    /// <summary>The last bytes of a signed module (MODULE_SIGNATURE_MARKER).</summary>
    internal static ReadOnlySpan<byte> Marker => "~Module signature appended~\n"u8;

    /// <summary>A module with a signature at its end.</summary>
    /// <param name="module">The module without one.</param>
    /// <param name="pkcs7">The signature of all its bytes.</param>
    internal static byte[] Append(ReadOnlySpan<byte> module, ReadOnlySpan<byte> pkcs7)
    {
        Span<byte> info = stackalloc byte[InfoBytes];
        info.Clear();
        info[2] = Pkcs7;
        BinaryPrimitives.WriteInt32BigEndian(info[8..], pkcs7.Length);
        return [.. module, .. pkcs7, .. info, .. Marker];
    }

    /// <summary>Reads the signature of a file, or null where it has none (mod_verify_sig and mod_check_sig of the kernel).</summary>
    internal static ModuleSignature? Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length <= Marker.Length || !file.Span.EndsWith(Marker))
            return null;
        ReadOnlyMemory<byte> rest = file[..^Marker.Length];
        if (rest.Length <= InfoBytes)
            return new ModuleSignature(rest, "it is cut off");

        ReadOnlySpan<byte> info = rest.Span[^InfoBytes..];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(info[8..]);
        if (length >= rest.Length - InfoBytes)
            return new ModuleSignature(rest[..^InfoBytes], $"it claims {length} bytes, more than the file has");
        ReadOnlyMemory<byte> module = rest[..^(InfoBytes + (int)length)];
        if (info[2] != Pkcs7)
            return new ModuleSignature(module, "module: not signed with expected PKCS#7 message", isUnknown: true);
        if (info[0] != 0 || info[1] != 0 || info[3..8].ContainsAnyExcept((byte)0))
            return new ModuleSignature(module, "module: PKCS#7 signature info has unexpected non-zero params");
        return new ModuleSignature(module, null) { Pkcs7Data = rest[module.Length..^InfoBytes] };
    }
}
