using Klp.Elf.Image;
using Klp.Kernel.Diagnostics;
using Klp.Kernel.Facts;
using Klp.Kernel.Symbols;
using Klp.Kernel.SymbolTables;
using Klp.Kernel.Tracing;
using Klp.Kernel.Trees;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Which file of a distribution's kernel serves what: by where their packages install them, and by what each file holds.</summary>
[Trait("Needs", "kernel")]
public sealed class KernelLayoutTests : IDisposable
{
    private readonly TempFolder folder = new();

    // By the lists of files of the packages named in docs/kernel-trees.md.
    [Theory]
    [InlineData("usr/src/linux-headers-{R}", "boot/vmlinuz-{R}", "lib/modules/{R}")] // Debian to 12, Ubuntu
    [InlineData("usr/src/linux-headers-{R}", "boot/vmlinuz-{R}", "usr/lib/modules/{R}")] // Debian 13, unpacked
    [InlineData("usr/src/linux-headers-{R}", "usr/lib/modules/{R}/vmlinuz", "usr/lib/modules/{R}")] // Debian since 7.3
    [InlineData("usr/src/linux-headers-{R}", "boot/vmlinux-{R}", "lib/modules/{R}")] // ppc64el
    [InlineData("usr/src/kernels/{R}", "lib/modules/{R}/vmlinuz", "lib/modules/{R}")] // Fedora, RHEL
    [InlineData("usr/src/linux-{R}-obj/aarch64/default", "boot/Image-{R}", "lib/modules/{R}")] // SUSE, arm64
    [InlineData("usr/src/linux-{R}-obj/s390x/default", "boot/image-{R}", "usr/lib/modules/{R}")] // SUSE, s390x
    [InlineData("usr/src/linux-{R}-obj/x86_64/default", "boot/vmlinux-{R}.gz", "lib/modules/{R}")] // SUSE, without the one that boots
    [InlineData("usr/lib/modules/{R}/build", "usr/lib/modules/{R}/vmlinuz", "usr/lib/modules/{R}")] // Arch
    public void The_image_and_the_modules_are_where_the_packages_have_them(string headers, string image, string modules)
    {
        using InstalledKernel kernel = new InstalledKernel(headers).WithModules(modules);
        string path = kernel.Link(image, InstalledKernel.Image);

        KernelTree tree = kernel.Open();

        Assert.Null(tree.VmlinuxPath);
        Assert.Equal(path, tree.Sources.ImagePath);
        Assert.Equal(DemoTree.Tree.ModulePaths.Select(ModuleName.FromPath), tree.ModulePaths.Select(ModuleName.FromPath));
        Assert.Empty(tree.Sources.Notes);
    }

    [Theory]
    [InlineData("usr/lib/debug/boot/vmlinux-{R}")] // Debian to 7.2, Ubuntu
    [InlineData("usr/lib/debug/lib/modules/{R}/vmlinux")] // Debian since 7.3, Fedora, RHEL
    [InlineData("usr/lib/debug/usr/lib/modules/{R}/vmlinux")]
    [InlineData("usr/lib/modules/{R}/build/vmlinux")] // Arch
    [InlineData("boot/vmlinux-{R}")] // ppc64el
    public void A_vmlinux_with_symbols_goes_before_the_image(string vmlinux)
    {
        using InstalledKernel kernel = new InstalledKernel("usr/lib/modules/{R}/build").WithModules("usr/lib/modules/{R}");
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        string path = kernel.Link(vmlinux, DemoTree.Vmlinux);

        KernelTree tree = kernel.Open();

        Assert.Equal(path, tree.VmlinuxPath);
        Assert.Equal(DemoTree.Tree.FindInVmlinux("init_once"), tree.FindInVmlinux("init_once"));
        Assert.Empty(tree.Sources.Notes);
    }

    [Fact]
    public void A_tree_is_the_same_by_each_of_its_names()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules("usr/lib/modules/{R}");
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        kernel.Link("usr/lib/modules/{R}/build", kernel.Headers);
        string expected = DatabaseText.Build(DemoTree.Tree.Sources).Text;

        // As packages are unpacked, and as they are on a machine whose /lib is a link.
        Assert.Equal(expected, DatabaseText.Build(kernel.Open().Sources).Text);
        Assert.Equal(expected, DatabaseText.Build(kernel.Open(kernel.Place("usr/lib/modules/{R}/build")).Sources).Text);
        kernel.Link("lib", kernel.Place("usr/lib"));
        Assert.Equal(expected, DatabaseText.Build(kernel.Open(kernel.Place("lib/modules/{R}/build")).Sources).Text);
        Assert.Equal(expected, DatabaseText.Build(kernel.Open(kernel.Link("home/me/headers", kernel.Headers)).Sources).Text);
    }

    [Fact]
    public void A_debug_package_is_found_by_either_name_of_the_modules_folder()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules("usr/lib/modules/{R}");
        kernel.Link("usr/lib/modules/{R}/build", kernel.Headers);
        kernel.Link("lib", kernel.Place("usr/lib"));
        string debug = kernel.Link("usr/lib/debug/boot/vmlinux-{R}", DemoTree.Vmlinux);

        Assert.Equal(debug, kernel.Open(kernel.Place("lib/modules/{R}/build")).VmlinuxPath);
        Assert.Equal(debug, kernel.Open(kernel.Place("usr/lib/modules/{R}/build")).VmlinuxPath);
    }

    [Fact]
    public void A_vmlinux_of_types_alone_serves_the_types_and_the_image_the_symbols()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string image = kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        kernel.Write("usr/src/linux-headers-{R}/vmlinux", File.ReadAllBytes(Types(raw: false)));

        KernelTree tree = kernel.Open();

        Assert.Equal((null, image), (tree.VmlinuxPath, tree.Sources.ImagePath));
        // It is where it belongs, so there is nothing to tell.
        Assert.Equal(DatabaseText.Build(DemoTree.Tree.Sources).Text, DatabaseText.Build(tree.Sources).Text);
        Assert.Equal(48ul, LivepatchLayout.Of(tree).StateVersion);
    }

    [Fact]
    public void A_copy_of_the_running_kernels_types_is_passed_over_and_told()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string image = kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        string copy = kernel.Write("usr/src/linux-headers-{R}/vmlinux", File.ReadAllBytes(Types(raw: true)));

        KernelTree tree = kernel.Open();

        AssertPassedOver(tree, copy, image, "no ELF file");
        Assert.Equal(48ul, LivepatchLayout.Of(tree).StateVersion);
    }

    [Fact]
    public void Debug_information_that_was_split_from_the_kernel_serves_itself_and_is_told()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string image = kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        string split = kernel.Place("usr/lib/debug/boot/vmlinux-{R}");
        Directory.CreateDirectory(Path.GetDirectoryName(split)!);
        File.CreateSymbolicLink(split, SplitWithBuildId("split", null));

        AssertPassedOver(kernel.Open(), split, image, "split from");
    }

    [Theory]
    [InlineData("half")]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("stripped")]
    public void A_damaged_vmlinux_is_passed_over_where_there_is_an_image(string damage)
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string image = kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        string vmlinux = kernel.Place("usr/src/linux-headers-{R}/vmlinux");
        if (damage == "stripped")
            Tool.Run(Tool.Arm64 + "strip", "-o", vmlinux, DemoTree.Vmlinux);
        else
            kernel.Write("usr/src/linux-headers-{R}/vmlinux", damage == "half" ? File.ReadAllBytes(DemoTree.Vmlinux)[..(1 << 20)] : damage == "empty" ? [] : "no kernel"u8.ToArray());

        AssertPassedOver(kernel.Open(), vmlinux, image, damage == "stripped" ? "stripped" : "cannot be read");
    }

    // The installed one can be another build of the same release, with other positions.
    [Fact]
    public void A_damaged_vmlinux_of_a_kernel_that_was_built_here_is_an_error_whatever_is_installed()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        kernel.Link("usr/lib/debug/boot/vmlinux-{R}", DemoTree.Vmlinux);
        kernel.Link("usr/src/linux-headers-{R}/System.map", DemoTree.File("System.map"));
        string vmlinux = kernel.Write("usr/src/linux-headers-{R}/vmlinux", File.ReadAllBytes(DemoTree.Vmlinux)[..(1 << 20)]);
        DiagnosticBag diagnostics = new();

        Assert.False(SymbolDatabaseBuilder.Build(kernel.Open().Sources, folder["symbols.klp"], diagnostics));

        Assert.Equal(vmlinux, Expect.Error("KLP2002", diagnostics).Place!.File);
    }

    [Fact]
    public void A_damaged_vmlinux_is_an_error_where_there_is_nothing_else()
    {
        using FakeTree tree = new();
        string vmlinux = tree.Write("vmlinux", "no kernel");
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(DemoTree.Open(tree.Path).Sources, folder["symbols.klp"], diagnostics));
        Diagnostic error = Expect.Error("KLP2002", diagnostics);
        Assert.Equal(vmlinux, error.Place!.File);
        Assert.Contains($"name its vmlinux with {HostWord.Vmlinux}", error.Message, StringComparison.Ordinal);
    }

    // ppc64el: the kernel is a vmlinux, stripped or not.
    [Fact]
    public void A_stripped_kernel_is_read_as_an_image_is()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string path = kernel.Place("boot/vmlinux-{R}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Tool.Run(Tool.Arm64 + "strip", "-o", path, DemoTree.Vmlinux);

        KernelTree tree = kernel.Open();

        Assert.Null(tree.VmlinuxPath);
        Assert.Equal(DatabaseText.Build(DemoTree.Tree.Sources).Text, DatabaseText.Build(tree.Sources).Text);
    }

    [Theory]
    [InlineData("boot/vmlinux-{R}")]
    [InlineData("usr/src/linux-headers-{R}/vmlinux")]
    public void A_kernel_of_another_architecture_is_an_error_unless_another_serves(string place)
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Configure("\nCONFIG_ARM64=y\n", "\nCONFIG_PPC64=y\n");
        string foreign = kernel.Link(place, DemoTree.Vmlinux);

        Diagnostic error = Expect.Error("KLP2008", Refuse(kernel.Open()));
        Assert.Equal(foreign, error.Place!.File);
        Assert.Contains("for arm64, and the kernel", error.Message, StringComparison.Ordinal);

        byte[] own = File.ReadAllBytes(DemoTree.Vmlinux);
        const int machineOffset = 18;
        own[machineOffset] = 21; // EM_PPC64
        string vmlinux = kernel.Write("usr/lib/debug/boot/vmlinux-{R}", own);
        Assert.Equal(vmlinux, kernel.Open().VmlinuxPath);
    }

    [Fact]
    public void A_vmlinux_that_is_named_goes_before_all_others()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("usr/src/linux-headers-{R}/vmlinux", DemoTree.Vmlinux);
        string named = kernel.Link("elsewhere/vmlinux", DemoTree.Vmlinux);

        KernelTree tree = kernel.Open(vmlinux: named);

        Assert.Equal((named, named), (tree.VmlinuxPath, tree.NamedVmlinuxPath));
        Assert.Equal(named, tree.WithExternalModules([], new DiagnosticBag())!.VmlinuxPath);
    }

    [Fact]
    public void A_vmlinux_that_is_named_and_of_no_use_is_an_error()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);

        Assert.Contains("does not exist", RefuseNamed(kernel, kernel.Place("nothing"), "KLP0023").Message, StringComparison.Ordinal);
        Diagnostic useless = RefuseNamed(kernel, folder.Write("text", "no kernel"), "KLP0023");
        Assert.Contains($"named by {HostWord.Vmlinux}", useless.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(kernel.Headers, "include/generated/utsrelease.h"), "#define UTS_RELEASE \"7.9.1-other\"\n");
        Assert.Contains($"is the kernel {InstalledKernel.Release}, and the kernel tree is of 7.9.1-other", RefuseNamed(kernel, DemoTree.Vmlinux, "KLP2008").Message, StringComparison.Ordinal);
        kernel.Configure("\nCONFIG_ARM64=y\n", "\nCONFIG_PPC64=y\n");
        Assert.Contains("for arm64", RefuseNamed(kernel, DemoTree.Vmlinux, "KLP2008").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vmlinux_that_is_named_and_was_stripped_is_compared_by_the_text_of_its_release()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string named = folder["stripped"];
        Tool.Run(Tool.Arm64 + "strip", "-o", named, DemoTree.Vmlinux);
        Assert.Equal(named, kernel.Open(vmlinux: named).Sources.ImagePath);

        File.WriteAllText(Path.Combine(kernel.Headers, "include/generated/utsrelease.h"), "#define UTS_RELEASE \"7.9.1-other\"\n");
        Assert.Contains($"is the kernel {InstalledKernel.Release}, and the kernel tree is of 7.9.1-other", RefuseNamed(kernel, named, "KLP2008").Message, StringComparison.Ordinal);
    }

    // Debug information that was split from the kernel keeps its notes.
    [Theory]
    [InlineData("boot/vmlinuz-{R}")]
    [InlineData("usr/lib/debug/boot/vmlinux-{R}")]
    public void Debug_information_that_is_named_is_compared_by_its_build_id(string place)
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        string own = kernel.Link(place, place.StartsWith("boot", StringComparison.Ordinal) ? InstalledKernel.Image : DemoTree.Vmlinux);
        string notes = Tool.Run(Tool.Arm64 + "readelf", "-n", DemoTree.Vmlinux).Output;
        string id = notes[(notes.IndexOf("Build ID: ", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        string named = SplitWithBuildId("same", id);
        Assert.Equal(named, kernel.Open(vmlinux: named).DwarfPath);

        string otherId = new([.. id.Reverse()]);
        Diagnostic error = RefuseNamed(kernel, SplitWithBuildId("other", otherId), "KLP2008");

        Assert.Contains($"the build id {otherId}, and {own} of the kernel tree has {id}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_information_that_is_named_and_has_no_build_id_is_taken()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        string named = SplitWithBuildId("none", null);
        Assert.Equal(named, kernel.Open(vmlinux: named).DwarfPath);
    }

    [Fact]
    public void Modules_that_are_not_there_are_counted_and_named()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        foreach (string name in (string[])["dm-mod.ko", "zram.ko"])
            File.Delete(Assert.Single(Directory.GetFiles(kernel.Place("lib"), name, SearchOption.AllDirectories)));

        Diagnostic note = Assert.Single(kernel.Open().Sources.Notes);

        Assert.Equal(("KLP2009", DiagnosticSeverity.Info), (note.Code, note.Severity));
        Assert.Contains(": 2 modules (dm_mod, zram).", note.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_a_single_module_is_a_warning_with_the_folders_that_were_looked_in()
    {
        using InstalledKernel kernel = new();
        kernel.Link("boot/vmlinuz-{R}", InstalledKernel.Image);
        DiagnosticBag diagnostics = new();

        Assert.True(SymbolDatabaseBuilder.Build(kernel.Open().Sources, folder["symbols.klp"], diagnostics));

        Diagnostic warning = Assert.Single(diagnostics);
        Assert.Equal(("KLP2009", DiagnosticSeverity.Warning), (warning.Code, warning.Severity));
        Assert.Contains(kernel.Place("usr/lib/modules/{R}"), warning.Message, StringComparison.Ordinal);
        Assert.Contains("dm_mod", warning.Message, StringComparison.Ordinal);
    }

    // arch/s390/boot: code, then the kernel, whose place no header tells. Here with a little-endian kernel in it.
    [Fact]
    public void The_kernel_in_an_s390_boot_image_is_found()
    {
        const int magicOffset = 0x10008, payloadOffset = 0x15000;
        Tool.Run("gzip", "--keep", "--fast", folder.Write("Image", File.ReadAllBytes(InstalledKernel.Image)));
        byte[] image = [.. new byte[payloadOffset], .. File.ReadAllBytes(folder["Image.gz"]), .. new byte[100]];
        "S390EP"u8.CopyTo(image.AsSpan(magicOffset));
        // Code that begins like a stream of zstd.
        ((ReadOnlySpan<byte>)[0x28, 0xb5, 0x2f, 0xfd]).CopyTo(image.AsSpan(magicOffset + 64));
        string path = folder.Write("vmlinuz", image);

        Assert.Equal(DatabaseText.Build(new SymbolSources { VmlinuxPath = DemoTree.Vmlinux }).Text, DatabaseText.Build(new SymbolSources { ImagePath = path }).Text);
    }

    [Fact]
    public void Vmlinux_is_opened_once_and_not_once_a_name()
    {
        using FakeTree fake = new();
        string vmlinux = fake.Write("vmlinux", File.ReadAllBytes(DemoTree.Vmlinux));
        KernelTree tree = DemoTree.Open(fake.Path);
        string[] names = [.. Nm.SystemMap(DemoTree.Vmlinux).Select(symbol => symbol.Name).Distinct().Where((_, index) => index % 500 == 0), "init_once", "no_such_symbol"];
        Assert.Single(tree.FindInVmlinux("meminfo_proc_show"));
        foreach (string name in (string[])["fs/inode.o", "fs/.inode.o.cmd"])
            fake.Write(name, File.ReadAllBytes(DemoTree.File(name)));

        // What is open stays when its name goes.
        File.Delete(vmlinux);

        using ElfImage image = ElfImage.Open(DemoTree.Vmlinux);
        Assert.All(names, name => Assert.Equal(SymbolCandidates.InVmlinux(image, name), tree.FindInVmlinux(name)));
        // Which source a candidate is from is told of the same file, once a name.
        Assert.Contains("fs/inode.c", new CandidateSources(tree).Complete("vmlinux", "init_once", tree.FindInVmlinux("init_once")).Select(symbol => symbol.SourceFile));
        Assert.True(new TraceSites(tree).Has("vmlinux", Assert.Single(tree.FindInVmlinux("meminfo_proc_show"))));
    }

    [Fact]
    public void Headers_whose_kernel_is_nowhere_say_what_to_install()
    {
        using InstalledKernel kernel = new InstalledKernel().WithModules();
        kernel.Write("usr/src/linux-headers-{R}/vmlinux", File.ReadAllBytes(Types(raw: false)));
        DiagnosticBag diagnostics = new();

        Assert.Null(KernelTree.Open(kernel.Headers, diagnostics));

        Assert.Contains("the kernel itself is not installed", Expect.Error("KLP0004", diagnostics).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    // The image's database, with an information about the file that was passed over.
    private static void AssertPassedOver(KernelTree tree, string file, string taken, string what)
    {
        Assert.Equal((null, taken), (tree.VmlinuxPath, tree.Sources.ImagePath));
        Diagnostic note = Assert.Single(tree.Sources.Notes);
        Assert.Equal(("KLP2007", DiagnosticSeverity.Info, file), (note.Code, note.Severity, note.Place!.File));
        Assert.Contains(what, note.Message, StringComparison.Ordinal);
        Assert.Contains(taken, note.Message, StringComparison.Ordinal);
        using MemoryStream database = new();
        Assert.True(SymbolDatabaseBuilder.Build(tree.Sources with { ModulePaths = [] }, database, new DiagnosticBag()));
        Assert.Equal(DatabaseText.Build(DemoTree.Tree.Sources with { ModulePaths = [] }).Text, System.Text.Encoding.Latin1.GetString(database.ToArray()));
    }

    private DiagnosticBag Refuse(KernelTree tree)
    {
        DiagnosticBag diagnostics = new();
        Assert.False(SymbolDatabaseBuilder.Build(tree.Sources, folder["symbols.klp"], diagnostics));
        Assert.False(File.Exists(folder["symbols.klp"]));
        return diagnostics;
    }

    private static Diagnostic RefuseNamed(InstalledKernel kernel, string vmlinux, string code)
    {
        DiagnosticBag diagnostics = new();
        Assert.Null(KernelTree.Open(kernel.Headers, diagnostics, vmlinux));
        return Expect.Error(code, diagnostics);
    }

    // A program will do: what counts is code without contents, and DWARF.
    private string SplitWithBuildId(string name, string? id)
    {
        Tool.Run(Tool.Arm64 + "gcc", "-g", "-nostdlib", "-static", $"-Wl,--build-id={(id is null ? "none" : "0x" + id)}", folder.Write("split.c", "void _start(void) { }\n"), "-o", folder["program"]);
        Tool.Run(Tool.Arm64 + "objcopy", "--only-keep-debug", folder["program"], folder[name]);
        return folder[name];
    }

    // What headers since 6.12 have for kbuild: .BTF and a symbol table of what is in it, here of a structure that no kernel has so.
    private string Types(bool raw)
    {
        string source = folder.Write("types.c", """
            struct klp_state { unsigned long id; long more[5]; unsigned int version; void *data; };
            struct klp_patch { void *mod, *objs; struct klp_state *states; };
            struct klp_patch patch;

            """);
        Tool.Run(Tool.Arm64 + "gcc", "-gbtf", "-c", source, "-o", folder["types.o"]);
        Tool.Run(Tool.Arm64 + "objcopy", "--only-section=.BTF", "--set-section-flags", ".BTF=alloc,readonly", "--keep-symbol=patch", folder["types.o"], folder["types"]);
        if (!raw)
            return folder["types"];
        Tool.Run(Tool.Arm64 + "objcopy", "-O", "binary", folder["types"], folder["types.raw"]);
        return folder["types.raw"];
    }
}
