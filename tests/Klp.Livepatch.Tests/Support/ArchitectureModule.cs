using Klp.Elf.Model;
using Klp.Kernel.Facts;
using Klp.Livepatch.Conversion;

namespace Klp.Livepatch.Tests.Support;

/// <summary>A livepatch that a compiler made without a kernel tree, and what became of it with a database of a few lines.</summary>
internal sealed class ArchitectureModule : IDisposable
{
    /// <summary>Declarations that take the place of the kernel's headers.</summary>
    internal const string Header = """
        struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos, rest[10]; };
        struct klp_object { const char *name; struct klp_func *funcs; void *callbacks[4]; unsigned long rest[8]; };
        struct klp_patch { void *mod; struct klp_object *objs; unsigned long rest[8]; };
        struct klp_module_reloc { void *sym; unsigned int sympos; } __attribute__((packed));
        __attribute__((section(".gnu.linkonce.this_module"))) char __this_module[1024];
        int klp_enable_patch(struct klp_patch *patch);

        """;

    private const string Database = """
        klp-convert-symbol-data.0.1
        *vmlinux
        __ksymtab_klp_enable_patch
        kernel_array
        kernel_function
        kernel_variable
        twice
        twice
        *first
        first_variable
        *second
        second_variable

        """;

    private static readonly SourceFile OneFile = new("one.c", Header + """
        extern int kernel_function(int), kernel_variable, kernel_array[8], twice;
        static int *const numbers[2] = { &kernel_variable, &kernel_array[5] };
        __attribute__((section(".klp.module_relocs.vmlinux"), used, aligned(4)))
        static struct klp_module_reloc relocs[] = { { &twice, 2 } };
        static int new_function(int x) { return kernel_function(x) + *numbers[x & 1] + kernel_array[x & 7] + twice; }
        static struct klp_func functions[] = { { "old_function", new_function }, { 0 } };
        static struct klp_object objects[] = { { 0, functions }, { 0 } };
        static struct klp_patch patch = { __this_module, objects };
        int init_module(void) { return klp_enable_patch(&patch); }
        """);

    private readonly TempFolder folder = new();
    private string? converted;

    /// <summary>Compiles a livepatch that calls, reads and points to symbols that nothing exports.</summary>
    internal ArchitectureModule(Compiler compiler)
        : this(compiler, OneFile)
    {
    }

    /// <summary>Compiles a livepatch.</summary>
    internal ArchitectureModule(Compiler compiler, params SourceFile[] sources)
    {
        try
        {
            Path = compiler.Link(folder, sources);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The module as the linker made it.</summary>
    internal string Path { get; }

    /// <summary>The converted module.</summary>
    internal string Converted
    {
        get
        {
            if (converted is null)
            {
                ConversionPlan plan = Plan(Path);
                Expect.NothingWrong(plan.Diagnostics);
                converted = folder.Write("converted.ko", Expect.SecondReaderAgrees(plan, ConversionApplier.Apply(plan)));
            }

            return converted;
        }
    }

    /// <summary>What is there of the symbols that nothing exports, in the sections that the module loader's own pass reads.</summary>
    internal static IEnumerable<ReadelfRelocation> Unexported(string path) =>
        Readelf.Relocations(path).Where(relocation =>
            relocation.Symbol is "kernel_function" or "kernel_variable" or "kernel_array" or "twice" && !relocation.Section.Contains("klp", StringComparison.Ordinal));

    /// <summary>Plans the conversion of a file.</summary>
    internal ConversionPlan Plan(string path) => Plan(File.ReadAllBytes(path), path);

    /// <summary>Plans the conversion of a module.</summary>
    internal ConversionPlan Plan(byte[] module, string name) =>
        ConversionPlanner.Plan(ElfObject.Read(module, name), new ConversionContext { Database = DemoTree.OpenDatabase(folder.Write("symbols.klp", Database)), Dialect = KernelDialect.Newest });

    /// <summary>A path for a file beside the module.</summary>
    internal string Beside(string name) => folder[name];

    public void Dispose() => folder.Dispose();
}
