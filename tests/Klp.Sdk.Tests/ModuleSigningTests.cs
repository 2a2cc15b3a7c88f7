using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests;

/// <summary>Builds that sign the module. openssl makes the keys and verifies.</summary>
public sealed class ModuleSigningTests : IDisposable
{
    private const string Sign = "KlpSign";
    private const string Validate = "KlpValidate";

    private readonly TestProject project = new();

    [Fact]
    public void The_shipped_module_is_signed_and_another_key_signs_it_anew()
    {
        string certificate = MakeKey("key.pem");
        string[] properties = ["-p:KlpSigningKey=../key.pem", "-p:KlpSigningCertificate=../key.crt"];

        BuildResult first = project.Build(properties).Succeeded();
        Assert.Equal(["KlpResolveKernel", "KlpCompile", "KlpGenerateSymbols", "KlpConvert", Sign, Validate], first.Ran);
        Assert.Empty(first.Warnings);
        SignedModule.AssertVerifies(project.Module, certificate);
        Assert.Equal("PKCS#7", Field("sig_id"));
        Assert.Equal("sha256", Field("sig_hashalgo"));
        Assert.Empty(project.Build(properties).Succeeded().Ran);

        // The other key is older than the module.
        MakeKey("key.pem");
        File.SetLastWriteTimeUtc(Path.Combine(project.Home, "key.pem"), DateTime.UtcNow.AddDays(-1));
        Assert.Equal([Sign, Validate], project.Build(properties).Succeeded().Ran);
        SignedModule.AssertVerifies(project.Module, certificate);

        Assert.Equal([Sign, Validate], project.Build([.. properties, "-p:KlpSigningHash=sha512"]).Succeeded().Ran);
        Assert.Equal("sha512", Field("sig_hashalgo"));

        Assert.Equal([Validate], project.Build([.. properties, "-p:KlpSignModule=false"]).Succeeded().Ran);
        Assert.DoesNotContain("~Module signature appended~", File.ReadAllText(project.Module), StringComparison.Ordinal);
        project.Run("clean").Succeeded();
        Assert.Empty(project.Files("bin"));
        Assert.DoesNotContain(project.Files("obj"), file => file.EndsWith(".ko", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kernel_that_signs_its_modules_signs_the_livepatch_with_its_own_key()
    {
        using KernelTreeCopy kernel = new();
        string config = kernel.Own(".config");
        File.AppendAllText(config, "CONFIG_MODULE_SIG=y\nCONFIG_MODULE_SIG_ALL=y\nCONFIG_MODULE_SIG_HASH=\"sha384\"\nCONFIG_MODULE_SIG_KEY=\"certs/signing_key.pem\"\n");
        project.KernelTree = kernel.Path;

        // As in a distribution's headers.
        Assert.DoesNotContain(Sign, project.Build().Succeeded().Ran);

        string certificate = MakeKey("key.pem");
        kernel.Own("certs/signing_key.pem", File.ReadAllText(Path.Combine(project.Home, "key.pem")) + File.ReadAllText(certificate));
        Tool.Run("openssl", "x509", "-in", certificate, "-outform", "DER", "-out", kernel.Own("certs/signing_key.x509", ""));
        Assert.Equal([Sign, Validate], project.Build().Succeeded().Ran);
        SignedModule.AssertVerifies(project.Module, certificate);
        Assert.Equal("sha384", Field("sig_hashalgo"));
    }

    [Fact]
    public void The_password_of_a_key_comes_from_the_environment_and_is_in_no_log()
    {
        string certificate = MakeKey("plain.pem");
        Tool.Run("openssl", "pkcs8", "-topk8", "-in", Path.Combine(project.Home, "plain.pem"), "-out", Path.Combine(project.Home, "key.pem"), "-passout", "pass:klp-s3cret");
        string[] properties = ["-p:KlpSigningKey=../key.pem", "-p:KlpSigningCertificate=../plain.crt"];

        project.Build(properties).SingleError("KLP6003");
        project.Variables["KBUILD_SIGN_PIN"] = "klp-wr0ng";
        BuildMessage wrong = project.Build(properties).SingleError("KLP6003");
        Assert.Equal(Path.Combine(project.Home, "key.pem"), wrong.File);
        project.Variables["KBUILD_SIGN_PIN"] = "klp-s3cret";
        project.Build([.. properties, "-v:diag"]).Succeeded();

        SignedModule.AssertVerifies(project.Module, certificate);
        Assert.DoesNotContain("klp-s3cret", project.LastLog(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_sign_is_an_error_and_leaves_no_module()
    {
        MakeKey("key.pem");
        MakeKey("other.pem");

        Refused("KLP6001", "-p:KlpSigningKey=../missing.pem");
        Refused("KLP6001", "-p:KlpSigningKey=../key.pem", "-p:KlpSigningCertificate=../missing.crt");
        Refused("KLP6001", "-p:KlpSignModule=true");
        // As where a secret of the CI is missing.
        Refused("KLP6001", "-p:KlpSigningKey=", "-p:KlpSigningCertificate=../other.crt");
        Refused("KLP6002", "-p:KlpSigningKey=pkcs11:token=klp");
        Refused("KLP6004", "-p:KlpSigningKey=../key.pem");
        Refused("KLP6005", "-p:KlpSigningKey=../key.pem", "-p:KlpSigningCertificate=../other.crt");
        Refused("KLP6006", "-p:KlpSigningKey=../key.pem", "-p:KlpSigningCertificate=../key.crt", "-p:KlpSigningHash=md5");
    }

    public void Dispose() => project.Dispose();

    /// <summary>Makes an RSA key beside the project's folder, and its certificate, whose path it returns.</summary>
    private string MakeKey(string name)
    {
        Tool.Require("openssl", "openssl");
        string certificate = Path.Combine(project.Home, Path.ChangeExtension(name, ".crt"));
        Tool.Run("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=klp tests", "-keyout", Path.Combine(project.Home, name), "-out", certificate);
        return certificate;
    }

    private void Refused(string code, params string[] properties)
    {
        project.Build(properties).SingleError(code);
        Assert.Empty(project.Files("bin"));
    }

    private string Field(string name) => Tool.Run("modinfo", "-F", name, project.Module).Output.Trim();
}
