using System.Globalization;
using System.Text.RegularExpressions;
using Klp.Elf.Constants;
using Klp.Kernel.Compression;
using Klp.Kernel.Diagnostics;

namespace Klp.Livepatch.Tests.Support;

/// <summary>
/// The checks of <see cref="ArchitectureTableTests"/>: each is done once for each compiler, when it is first asked for. What it
/// found, in a few words for the table, or why it failed, stays.
/// </summary>
public sealed partial class ArchitectureRun : IDisposable
{
    private const string Yes = "yes";

    /// <summary>SHF_ALLOC, SHF_INFO_LINK and SHF_RELA_LIVEPATCH.</summary>
    private const ulong LivepatchFlags = 0x100042;

    private readonly Dictionary<(string Compiler, string Check), Lazy<string>> results = [];
    private readonly Dictionary<string, Lazy<ArchitectureModule>> modules = [];
    private readonly Lazy<ModuleSigner> signer = new(() => new ModuleSigner());

    public ArchitectureRun()
    {
        foreach (Compiler compiler in Compiler.All)
        {
            Lazy<ArchitectureModule> module = new(() => new ArchitectureModule(compiler));
            modules.Add(compiler.Name, module);
            Add("compiled by", () => CompiledBy(compiler, module.Value));
            Add("converted", () => Converted(module.Value));
            Add("readelf", () => ReadByReadelf(module.Value));
            Add("objdump", () => ReadByObjdump(compiler, module.Value));
            Add("converted again", () => ConvertedAgain(module.Value));
            Add("signed first", () => SignedFirst(module.Value));
            Add("strip", () => Changed(compiler, module.Value, "strip", ["--strip-debug"]));
            Add("objcopy", () => Changed(compiler, module.Value, "objcopy", ["--add-section", $".klp_test={module.Value.Path}"]));
            Add("signed", () => Signed(module.Value));
            Add("xz", () => Compressed(module.Value));
            Add("loader's types", () => LoaderTypes(compiler));

            void Add(string check, Func<string> run) => results.Add((compiler.Name, check), new Lazy<string>(run));
        }

        Checks = [.. results.Keys.Select(key => key.Check).Distinct()];
    }

    /// <summary>The checks, in the order of the table's columns.</summary>
    internal IReadOnlyList<string> Checks { get; }

    /// <summary>What a check found; throws what made it fail.</summary>
    internal string Result(string compiler, string check) => results[(compiler, check)].Value;

    public void Dispose()
    {
        foreach (Lazy<ArchitectureModule> module in modules.Values.Where(module => module.IsValueCreated))
            module.Value.Dispose();
        if (signer.IsValueCreated)
            signer.Value.Dispose();
    }

    private static string CompiledBy(Compiler compiler, ArchitectureModule module)
    {
        Readelf.AssertAccepts(module.Path);
        Assert.Contains($" {compiler.Architecture.Machine switch
        {
            ElfMachine.AArch64 => "AArch64",
            ElfMachine.X8664 => "Advanced Micro Devices X86-64",
            ElfMachine.S390 => "IBM S/390",
            ElfMachine.PowerPC64 => "PowerPC64",
            ElfMachine.LoongArch => "LoongArch",
            var other => other.ToString(),
        }}\n", Tool.Run("readelf", "-hW", module.Path).Output, StringComparison.Ordinal);
        return string.Join(' ', [compiler.IsLlvm ? "clang" : "gcc", .. compiler.Options.Select(option => $"`{option}`")]);
    }

    private static string Converted(ArchitectureModule module)
    {
        string[] before = [.. ArchitectureModule.Unexported(module.Path).Select(Moved).Order(StringComparer.Ordinal)];
        Assert.True(before.Length >= 4, "the compiler made too few relocations to test anything");
        Assert.Equal(before, LivepatchPart.Relocations(module.Converted).Order(StringComparer.Ordinal));
        Assert.Empty(ArchitectureModule.Unexported(module.Converted));
        return Yes;
    }

    // Where a relocation has to be after the conversion, with the same offset, type and addend.
    private static string Moved(ReadelfRelocation relocation) => LivepatchPart.Line(relocation with
    {
        Section = ".klp.rela.vmlinux." + relocation.Section[".rela".Length..],
        Symbol = $".klp.sym.vmlinux.{relocation.Symbol},{(relocation.Symbol == "twice" ? 2 : 0)}",
    });

    private static string ReadByReadelf(ArchitectureModule module)
    {
        Readelf.AssertAccepts(module.Converted);
        IReadOnlyList<ReadelfSection> all = Readelf.Sections(module.Converted);
        ReadelfSection[] sections = [.. LivepatchPart.Sections(module.Converted)];
        Assert.NotEmpty(sections);
        foreach (ReadelfSection section in sections)
        {
            Assert.Equal(("RELA", LivepatchFlags, 24, 8), (section.Type, section.Flags, section.EntrySize, section.Alignment));
            Assert.Equal("SYMTAB", all[section.Link].Type);
            Assert.Equal(section.Name, ".klp.rela.vmlinux." + all[section.Info].Name);
        }

        Assert.Equal(
            [".klp.sym.vmlinux.kernel_array,0", ".klp.sym.vmlinux.kernel_function,0", ".klp.sym.vmlinux.kernel_variable,0", ".klp.sym.vmlinux.twice,2"],
            Readelf.Symbols(module.Converted).Where(LivepatchPart.IsLivepatch).Select(symbol => symbol.Name).Order(StringComparer.Ordinal));
        Assert.All(Readelf.Symbols(module.Converted).Where(LivepatchPart.IsLivepatch), symbol => Assert.Equal((ReadelfSymbol.Livepatch, 0ul), (symbol.Index, symbol.Value)));
        return Yes;
    }

    private static string ReadByObjdump(Compiler compiler, ArchitectureModule module)
    {
        // The architecture's own: GNU's shows the relocations of ordinary sections only.
        ToolOutput own = Tool.Run(compiler.Binutil("objdump"), "-dr", module.Converted);
        Assert.Equal("", own.Errors);
        Assert.Contains("<new_function>:", own.Output, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<unknown>|\(bad\)|\.inst\b.*undefined|R_\w+\*unknown", own.Output);

        // LLVM's knows every architecture and shows those of livepatch sections, at their instructions.
        ToolOutput llvm = Tool.Run(Llvm.Program("llvm-objdump"), "-dr", "--section=.text", module.Converted);
        Assert.Equal("", llvm.Errors);
        string[] shown = [.. ObjdumpRelocation().Matches(llvm.Output)
            .Where(match => match.Groups[3].Value.StartsWith(".klp.sym.", StringComparison.Ordinal))
            .Select(match => $"{ulong.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture):x} {match.Groups[2].Value} {match.Groups[3].Value} {Addend(match.Groups[4].Value)}")];
        const string text = ".klp.rela.vmlinux..text ";
        Assert.Equal(
            LivepatchPart.Relocations(module.Converted).Where(line => line.StartsWith(text, StringComparison.Ordinal)).Select(line => line[text.Length..]).Order(StringComparer.Ordinal),
            shown.Order(StringComparer.Ordinal));
        Assert.NotEmpty(shown);
        return compiler.IsLlvm ? "yes, LLVM's" : Yes;

        // As readelf prints it.
        static string Addend(string addend) => addend.Length == 0 ? "+ 0" : $"{addend[0]} {addend[3..]}";
    }

    private static string ConvertedAgain(ArchitectureModule module)
    {
        Diagnostic refusal = Expect.Error(DiagnosticCodes.AlreadyConverted, module.Plan(module.Converted).Diagnostics);
        return $"refused, {refusal.Code}";
    }

    private string SignedFirst(ArchitectureModule module)
    {
        string signed = module.Beside("signed-first.ko");
        signer.Value.Sign(module.Path, signed);
        Diagnostic refusal = Expect.Error(DiagnosticCodes.ModuleMalformed, module.Plan(signed).Diagnostics);
        Assert.Contains("Convert before it is signed", refusal.Message, StringComparison.Ordinal);
        return $"refused, {refusal.Code}";
    }

    private static string Changed(Compiler compiler, ArchitectureModule module, string program, string[] arguments)
    {
        string changed = module.Beside($"{program}.ko");
        File.Copy(module.Converted, changed);
        if (compiler.IsLlvm)
        {
            // LLVM's programs know no section index from SHN_LORESERVE on but SHN_ABS and SHN_COMMON. What matters: they say so.
            ToolOutput refused = Tool.RunFailing(compiler.Binutil(program), [.. arguments, changed]);
            Assert.Contains("has unsupported value greater than or equal to SHN_LORESERVE: 65312", refused.Errors, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(module.Converted), File.ReadAllBytes(changed));
            return $"no: `llvm-{program}` refuses the file";
        }

        Assert.Equal("", Tool.Run(compiler.Binutil(program), [.. arguments, changed]).Errors);
        AssertIntact(module, changed);
        Assert.NotEqual(File.ReadAllBytes(module.Converted), File.ReadAllBytes(changed));
        return Yes;
    }

    private string Signed(ArchitectureModule module)
    {
        string signed = module.Beside("signed.ko");
        signer.Value.Sign(module.Converted, signed);
        byte[] bytes = File.ReadAllBytes(signed);
        Assert.True(bytes.AsSpan().EndsWith("~Module signature appended~\n"u8));
        Assert.True(bytes.AsSpan().StartsWith(File.ReadAllBytes(module.Converted)));
        AssertIntact(module, signed);
        return Yes;
    }

    private static string Compressed(ArchitectureModule module)
    {
        Tool.Require("xz", "xz-utils");
        // As scripts/Makefile.modinst does it.
        Tool.Run("xz", "--check=crc32", "--lzma2=dict=1MiB", "--keep", module.Converted);
        string packed = module.Converted + ".xz", unpacked = module.Beside("unpacked.ko");
        File.WriteAllBytes(unpacked, CompressedFile.ReadAllBytes(packed));
        Tool.Run("cmp", module.Converted, unpacked);
        Tool.Run("xz", "--test", packed);
        AssertIntact(module, unpacked);
        return Yes;
    }

    private static string LoaderTypes(Compiler compiler)
    {
        LoaderRelocationTests.AssertTypes(compiler.Architecture);
        return Yes;
    }

    private static void AssertIntact(ArchitectureModule module, string changed)
    {
        Readelf.AssertAccepts(changed);
        Assert.Equal(LivepatchPart.Of(module.Converted), LivepatchPart.Of(changed));
    }

    // offset: type symbol[+0xaddend]
    [GeneratedRegex(@"^\t+([0-9a-f]+): +(R_\w+)\t(\S+?)([+-]0x[0-9a-f]+)?$", RegexOptions.Multiline)]
    private static partial Regex ObjdumpRelocation();
}
