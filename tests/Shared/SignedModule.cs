using System.Buffers.Binary;

namespace Klp.Tests;

/// <summary>The signature of a module, taken apart as include/uapi/linux/module_signature.h describes it, for openssl to verify.</summary>
internal static class SignedModule
{
    private const string Marker = "~Module signature appended~\n";
    private const int InfoSize = 12;

    /// <summary>Fails the test unless the file ends with a signature that openssl verifies with a certificate (PEM).</summary>
    internal static void AssertVerifies(string module, string certificate)
    {
        Tool.Require("openssl", "openssl");
        byte[] file = File.ReadAllBytes(module);
        Assert.True(file.AsSpan().EndsWith(System.Text.Encoding.ASCII.GetBytes(Marker)), $"{module} is not signed");
        Span<byte> info = file.AsSpan()[..^Marker.Length][^InfoSize..];
        Assert.Equal([0, 0, 2, 0, 0, 0, 0, 0], info[..8].ToArray());
        int length = BinaryPrimitives.ReadInt32BigEndian(info[8..]);

        using TempFolder folder = new();
        int end = file.Length - Marker.Length - InfoSize;
        string signature = folder.Write("signature", file[(end - length)..end]);
        string contents = folder.Write("module", file[..(end - length)]);
        Tool.Run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", contents, "-certfile", certificate, "-CAfile", certificate, "-purpose", "any", "-out", folder["out"]);
        // The kernel takes the certificate from its keyring; nothing else belongs into the module.
        Assert.DoesNotContain("certificates:\n    d.", Tool.Run("openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", signature).Output, StringComparison.Ordinal);
    }
}
