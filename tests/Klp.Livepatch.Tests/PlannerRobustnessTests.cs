using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Livepatch.Conversion;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;

namespace Klp.Livepatch.Tests;

/// <summary>Modules that no linker made: whatever they hold, there is a plan or a diagnostic.</summary>
[Trait("Needs", "kernel")]
public class PlannerRobustnessTests(PlannerRobustnessTests.Modules modules) : IClassFixture<PlannerRobustnessTests.Modules>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_edits_are_planned_and_applied_without_an_exception(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            ElfObject module = ElfObject.Open(modules["victim"]);
            for (int i = random.Next(1, 6); i > 0; i--)
                Edit(module, random);
            ConversionPlan plan = DemoConversion.Plan(module);
            if (!plan.Diagnostics.HasErrors)
                ElfObject.Read(ConversionApplier.Apply(plan), "victim.ko");
        }
    }

    [Fact]
    public void Modules_that_are_no_livepatches_are_planned()
    {
        foreach (string path in DemoTree.Tree.ModulePaths)
        {
            ConversionPlan plan = DemoConversion.Plan(path);
            Assert.False(plan.Diagnostics.HasErrors, string.Join('\n', plan.Diagnostics));
            Assert.All(plan.Decisions, decision => Assert.Equal(SymbolDecisionKind.Leave, decision.Kind));
        }
    }

    [Fact]
    public void A_table_of_very_many_functions_and_pointers_into_it_is_read()
    {
        using TempFolder folder = new();
        const int count = 20_000;
        string source = folder.Write("many.c", $$"""
            static void function(void) { }
            static struct { const char *name; void *function; long rest; } table[] = { {{string.Concat(Enumerable.Repeat("{ \"name\", function },", count))}} };
            void *pointers[] = { {{string.Concat(Enumerable.Range(0, count).Select(i => $"&table[{i}],"))}} };
            """);
        Tool.Run(Tool.Arm64 + "gcc", "-O1", "-fno-pie", "-c", source, "-o", folder["many.o"]);
        Assert.Empty(LivepatchTables.Read(ElfObject.Open(folder["many.o"]), LivepatchLayout.Usual).Objects);
    }

    [Fact]
    public void A_section_of_very_many_local_functions_is_planned()
    {
        using TempFolder folder = new();
        string source = folder.Write("many.c", $$"""
            extern int num_devices;
            {{string.Concat(Enumerable.Range(0, 8000).Select(i => $"__attribute__((used)) static int function{i}(void) {{ return num_devices; }}\n"))}}
            """);
        Tool.Run(Tool.Arm64 + "gcc", "-O1", "-fno-pie", "-c", source, "-o", folder["many.o"]);
        Assert.All(DemoConversion.Plan(folder["many.o"]).Diagnostics, error => Assert.Equal("KLP3008", error.Code));
    }

    [Fact]
    public void A_section_that_holds_symbol_indices_cannot_follow_when_annotations_go()
    {
        ElfObject module = ElfObject.Open(modules["victim"]);
        module.AddSection(new ElfDataSection(".llvm_addrsig", (ElfSectionType)0x6fff4c03, new byte[4]) { Link = module.SymbolTable });
        Assert.Contains("objcopy --remove-section=.llvm_addrsig", DemoConversion.Plan(module).Diagnostics.Single(error => error.Code == "KLP3009").Message, StringComparison.Ordinal);
    }

    private static void Edit(ElfObject module, Random random)
    {
        ElfRelocation[] relocations = [.. module.RelocationSections.Where(section => section.InfoSection!.Flags.HasFlag(ElfSectionFlags.Alloc)).SelectMany(section => section.Relocations)];
        ElfRelocation relocation = relocations[random.Next(relocations.Length)];
        ElfSymbol symbol = module.Symbols[random.Next(1, module.Symbols.Count)];
        switch (random.Next(8))
        {
            case 0:
                relocation.Offset = Number(random);
                break;
            case 1:
                relocation.Addend = (long)Number(random);
                break;
            case 2:
                relocation.Symbol = random.Next(3) == 0 ? null : symbol;
                break;
            case 3:
                relocation.Type = (uint)Number(random);
                break;
            case 4:
                symbol.Value = Number(random);
                break;
            case 5:
                symbol.Size = Number(random);
                break;
            case 6 when symbol.Section is not null:
                symbol.Section = module.Sections[random.Next(1, module.Sections.Count)];
                break;
            case 7 when symbol.Type != ElfSymbolType.Section:
                symbol.SetSpecialIndex(random.Next(2) == 0 ? ElfSectionIndex.Undefined : ElfSectionIndex.Absolute);
                break;
        }
    }

    private static ulong Number(Random random) => random.Next(4) switch
    {
        0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        1 => ulong.MaxValue - (ulong)random.Next(32),
        _ => (ulong)random.Next(0x200),
    };

    public sealed class Modules() : KbuildModules(
        new KbuildModule("victim", """
            #include <asm/alternative.h>
            extern int reserved_mem_count;
            extern void show_val_kb(struct seq_file *m, const char *s, unsigned long num);
            extern unsigned int num_devices;
            extern int version_proc_show(struct seq_file *m, void *v);
            extern struct static_key_false trace_marker_exports_enabled;
            struct KLP_MODULE_RELOC(vmlinux) relocs[] = { KLP_SYMPOS(reserved_mem_count, 2) };
            static int (*const shows[2])(struct seq_file *m, void *v) = { version_proc_show };
            static noinline int helper(int x) { return READ_ONCE(num_devices) + x; }
            static int new_show(struct seq_file *m, void *v)
            {
            	asm volatile(ALTERNATIVE("nop", "isb", ARM64_ALWAYS_SYSTEM));
            	if (static_branch_unlikely(&trace_marker_exports_enabled))
            		show_val_kb(m, "", READ_ONCE(reserved_mem_count));
            	return shows[m->index & 1](m, v);
            }
            static ssize_t new_initstate(void *dev, void *attr, char *buf) { return helper(1) + 1; }
            static void patched(struct klp_object *object) { pr_info("%u\n", READ_ONCE(num_devices)); }
            static struct klp_func functions[] = { REPLACE(initstate_show, new_initstate), { } };
            static struct klp_func vmlinux_functions[] = { REPLACE(cmdline_proc_show, new_show), { } };
            static struct klp_object objects[] = {
            	{ .funcs = vmlinux_functions },
            	{ .name = "zram", .funcs = functions, .callbacks.post_patch = patched },
            	{ }
            };
            static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };
            static int __init start(void) { return klp_enable_patch(&patch); }
            module_init(start);
            MODULE_LICENSE("GPL");
            MODULE_INFO(livepatch, "Y");
            """));
}
