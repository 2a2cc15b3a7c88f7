using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>Signatures that the kernel's scripts/sign-file makes, against the certificate in the kernel tree.</summary>
[Trait("Needs", "kernel")]
public sealed class SignatureTests(SignatureTests.Modules modules) : IClassFixture<SignatureTests.Modules>
{
    // Options of openssl req.
    private const string Rsa = "-newkey rsa:2048", EllipticCurve = "-newkey ec -pkeyopt ec_paramgen_curve:secp384r1";

    public static TheoryData<string, string> Signatures => new()
    {
        { Rsa, "sha256" }, { Rsa, "sha384" }, { Rsa, "sha512" }, { Rsa, "sha1" }, { Rsa, "-k sha256" },
        { EllipticCurve, "sha384" }, { EllipticCurve, "-k sha256" },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public void A_signature_of_the_kernels_key_verifies_until_the_module_changes(string key, string options)
    {
        using ModuleSigner signer = new(Words(key));
        using FakeTree tree = Tree(signer);
        byte[] signed = Sign(signer, Words(options));
        Expect.Nothing(Findings(signed, tree));
        Change(signed);
        Assert.Contains("EKEYREJECTED", Expect.Error("KLP4053", Findings(signed, tree)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_kernels_certificate_nothing_is_said()
    {
        using ModuleSigner signer = new();
        using FakeTree tree = Tree(null);
        byte[] signed = Sign(signer);
        Change(signed);
        Expect.Nothing(Findings(signed, tree));
        tree.Write("certs/signing_key.x509", "no certificate");
        Expect.Nothing(Findings(signed, tree));
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("-k sha256")]
    public void KLP4054_another_key_where_the_kernel_takes_only_signed_modules(string options)
    {
        using ModuleSigner kernels = new(), other = new();
        using FakeTree tree = Tree(kernels);
        byte[] signed = Sign(other, Words(options));
        Expect.Nothing(Findings(signed, tree));
        tree.Replace(".config", "CONFIG_MODULE_SIG=y", "CONFIG_MODULE_SIG=y\nCONFIG_MODULE_SIG_FORCE=y");
        Assert.Contains("Loading of module with unavailable key is rejected", Expect.Warning("KLP4054", Findings(signed, tree)).Message, StringComparison.Ordinal);
        Expect.Nothing(Findings(Sign(kernels), tree));
    }

    [Fact]
    public void A_damaged_signature_is_survived()
    {
        using ModuleSigner signer = new();
        using FakeTree tree = Tree(signer);
        byte[] signed = Sign(signer);
        int length = signed.Length - File.ReadAllBytes(modules["good"]).Length;
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. signed];
            damaged[^random.Next(41, length)] ^= (byte)random.Next(1, 256);
            // Either it no longer verifies, or it is no signature any more.
            Assert.All(Findings(damaged, tree), finding => Assert.Contains(finding.Code, (string[])["KLP4053", "KLP4009"]));
        }
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static FakeTree Tree(ModuleSigner? signer)
    {
        FakeTree tree = new();
        tree.Replace(".config", "# CONFIG_MODULE_SIG is not set", "CONFIG_MODULE_SIG=y");
        if (signer is not null)
            tree.Write("certs/signing_key.x509", File.ReadAllBytes(signer.Certificate));
        return tree;
    }

    private static void Change(byte[] signed) => signed[signed.AsSpan().IndexOf("some text"u8)] ^= 0x20;

    private byte[] Sign(ModuleSigner signer, params string[] options)
    {
        using TempFolder folder = new();
        signer.Sign(modules["good"], folder["signed.ko"], options);
        return File.ReadAllBytes(folder["signed.ko"]);
    }

    private static DiagnosticBag Findings(byte[] module, FakeTree tree)
    {
        DiagnosticBag findings = new();
        LivepatchValidator.Validate(module, "signed.ko", DemoTree.Open(tree.Path), DemoTree.Database, findings);
        return findings;
    }

    public sealed class Modules() : KbuildModules(new KbuildModule("good", """
        static int new_show(struct seq_file *m, void *v) { seq_puts(m, "some text"); return 0; }
        PATCH(IN_VMLINUX(REPLACE(cmdline_proc_show, new_show)));
        """));
}
