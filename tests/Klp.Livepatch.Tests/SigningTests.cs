using System.Security.Cryptography;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Signing;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Signatures, compared with the kernel's scripts/sign-file and verified by openssl.</summary>
[Trait("Needs", "kernel")]
public sealed class SigningTests(ModuleSigner kernel) : IClassFixture<ModuleSigner>, IDisposable
{
    private readonly TempFolder folder = new();

    public static TheoryData<string> Hashes => [.. SignatureHash.Names];

    [Theory]
    [MemberData(nameof(Hashes))]
    public void With_an_rsa_key_the_signed_module_is_byte_for_byte_that_of_sign_file(string hash)
    {
        string module = Module();
        kernel.Sign(module, folder["expected"], hash);

        Assert.Equal(File.ReadAllBytes(folder["expected"]), Sign(module, kernel.Key, kernel.Certificate, hash: hash));
    }

    [Theory]
    [InlineData("prime256v1", "sha256")]
    [InlineData("secp384r1", "sha384")]
    public void With_an_ecdsa_key_openssl_verifies_the_signature(string curve, string hash)
    {
        (string key, string certificate) = EcdsaKey(curve);

        string signed = folder.Write("signed.ko", Sign(Module(), key, certificate, hash: hash));

        SignedModule.AssertVerifies(signed, certificate);
        Assert.Throws<Xunit.Sdk.TrueException>(() => SignedModule.AssertVerifies(signed, kernel.Certificate));
        byte[] changed = File.ReadAllBytes(signed);
        changed[100] ^= 1;
        Assert.Throws<Xunit.Sdk.TrueException>(() => SignedModule.AssertVerifies(folder.Write("changed.ko", changed), certificate));
    }

    [Fact]
    public void A_key_is_read_in_every_form_that_openssl_writes()
    {
        string module = Module();
        byte[] expected = Sign(module, kernel.Key, kernel.Certificate);
        Tool.Run("openssl", "rsa", "-traditional", "-in", kernel.Key, "-out", folder["pkcs1.pem"]);
        Tool.Run("openssl", "pkcs8", "-topk8", "-in", kernel.Key, "-out", folder["encrypted.pem"], "-passout", "pass:secret word");
        Tool.Run("openssl", "x509", "-outform", "DER", "-in", kernel.Certificate, "-out", folder["certificate.x509"]);
        // As a kernel's certs/signing_key.pem.
        string both = folder.Write("both.pem", File.ReadAllText(kernel.Key) + File.ReadAllText(kernel.Certificate));

        Assert.Equal(expected, Sign(module, folder["pkcs1.pem"], folder["certificate.x509"]));
        Assert.Equal(expected, Sign(module, folder["encrypted.pem"], kernel.Certificate, "secret word"));
        Assert.Equal(expected, Sign(module, both, both));

        (string key, string certificate) = EcdsaKey("prime256v1");
        // With the curve in a block of its own before the key.
        Tool.Run("openssl", "ec", "-in", key, "-out", folder["sec1.pem"]);
        string withParameters = folder.Write("parameters.pem", Tool.Run("openssl", "ecparam", "-name", "prime256v1").Output + File.ReadAllText(folder["sec1.pem"]));
        SignedModule.AssertVerifies(folder.Write("signed.ko", Sign(module, withParameters, certificate)), certificate);
    }

    [Fact]
    public void A_missing_or_wrong_password_is_said_to_be_that()
    {
        Tool.Run("openssl", "pkcs8", "-topk8", "-in", kernel.Key, "-out", folder["encrypted.pem"], "-passout", "pass:right");

        Assert.Contains("no password", Refusal(folder["encrypted.pem"], kernel.Certificate, null, DiagnosticCodes.SigningPasswordWrong), StringComparison.Ordinal);
        Assert.Contains("cannot be decrypted", Refusal(folder["encrypted.pem"], kernel.Certificate, "wrong", DiagnosticCodes.SigningPasswordWrong), StringComparison.Ordinal);

        Tool.Run("openssl", "rsa", "-traditional", "-aes256", "-in", kernel.Key, "-out", folder["old.pem"], "-passout", "pass:right");
        Assert.Contains("openssl pkcs8 -topk8", Refusal(folder["old.pem"], kernel.Certificate, "right", DiagnosticCodes.SigningKeyUnreadable), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_the_certificates_is_refused()
    {
        (string key, _) = EcdsaKey("prime256v1");
        Tool.Run("openssl", "genrsa", "-out", folder["other.pem"], "2048");

        Refusal(key, kernel.Certificate, null, DiagnosticCodes.SigningKeyMismatch);
        Refusal(folder["other.pem"], kernel.Certificate, null, DiagnosticCodes.SigningKeyMismatch);
    }

    [Fact]
    public void Files_that_hold_something_else_are_refused()
    {
        Tool.Run("openssl", "genpkey", "-algorithm", "ed25519", "-out", folder["ed25519.pem"]);
        Tool.Run("openssl", "rsa", "-in", kernel.Key, "-pubout", "-out", folder["public.pem"]);
        Tool.Run("openssl", "pkey", "-in", kernel.Key, "-outform", "DER", "-out", folder["key.der"]);
        string text = folder.Write("text.pem", "-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n");

        foreach (string key in (string[])[folder["ed25519.pem"], folder["public.pem"], folder["key.der"], text, kernel.Certificate, folder.Write("empty", "")])
            Refusal(key, kernel.Certificate, null, DiagnosticCodes.SigningKeyUnreadable);
        foreach (string certificate in (string[])[kernel.Key, text, folder.Write("empty", "")])
            Refusal(kernel.Key, certificate, null, DiagnosticCodes.SigningCertificateUnreadable);
    }

    [Fact]
    public void How_a_kernel_signs_its_modules_is_read_from_its_configuration()
    {
        using FakeTree tree = new();
        string config = File.ReadAllText(tree[".config"]);
        KernelSigning Read(params string[] options)
        {
            tree.Write(".config", config + string.Concat(options.Select(option => option + "\n")));
            return KernelSigning.Of(DemoTree.Open(tree.Path));
        }

        Assert.Equal(
            new KernelSigning(tree["certs/signing_key.pem"], tree["certs/signing_key.x509"], "sha512"),
            Read("CONFIG_MODULE_SIG=y", "CONFIG_MODULE_SIG_ALL=y", "CONFIG_MODULE_SIG_HASH=\"sha512\"", "CONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\""));
        Assert.Equal("/keys/key.pem", Read("CONFIG_MODULE_SIG_ALL=y", "CONFIG_MODULE_SIG_KEY=\"/keys/key.pem\"").KeyPath);
        Assert.Null(Read("CONFIG_MODULE_SIG_ALL=y", "CONFIG_MODULE_SIG_KEY=\"pkcs11:token=klp\"").KeyPath);
        Assert.Null(Read("CONFIG_MODULE_SIG=y", "CONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\"").KeyPath);
    }

    public void Dispose() => folder.Dispose();

    private string Module() => folder.Write("module.ko", RandomNumberGenerator.GetBytes(5000));

    private (string Key, string Certificate) EcdsaKey(string curve)
    {
        Tool.Run("openssl", "req", "-new", "-x509", "-newkey", "ec", "-pkeyopt", $"ec_paramgen_curve:{curve}", "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-keyout", folder["ec.pem"], "-out", folder["ec.crt"]);
        return (folder["ec.pem"], folder["ec.crt"]);
    }

    private static byte[] Sign(string module, string key, string certificate, string? password = null, string hash = "sha256")
    {
        DiagnosticBag diagnostics = new();
        using SigningKey? signingKey = SigningKey.Open(key, certificate, password, diagnostics);
        Assert.Empty(diagnostics);
        return signingKey!.Sign(File.ReadAllBytes(module), SignatureHash.Find(hash)!);
    }

    private static string Refusal(string key, string certificate, string? password, string code)
    {
        DiagnosticBag diagnostics = new();
        Assert.Null(SigningKey.Open(key, certificate, password, diagnostics));
        Diagnostic diagnostic = Assert.Single(diagnostics);
        Assert.Equal((code, DiagnosticSeverity.Error), (diagnostic.Code, diagnostic.Severity));
        return diagnostic.Message;
    }
}
