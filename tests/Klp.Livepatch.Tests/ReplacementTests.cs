using Klp.Elf.Model;
using Klp.Kernel.Diagnostics;
using Klp.Livepatch.Modules;
using Klp.Livepatch.Tests.Support;
using Klp.Livepatch.Validation;

namespace Klp.Livepatch.Tests;

/// <summary>A livepatch that is to take the place of an earlier one.</summary>
[Trait("Needs", "kernel")]
public class ReplacementTests(ReplacementTests.Modules modules) : IClassFixture<ReplacementTests.Modules>
{
    [Theory]
    [InlineData("earlier", true, "7:2 9:1")]
    [InlineData("older_state", true, "7:1 9:1")]
    [InlineData("beside", false, "7:2 9:5")]
    [InlineData("silent", true, "")]
    public void States_and_replace_are_read_from_the_tables(string module, bool replaces, string states)
    {
        LivepatchTables tables = Open(module).Tables;
        Assert.Equal((replaces, states), (tables.Replaces, string.Join(' ', tables.States.Select(state => $"{state.Id}:{state.Version}"))));
    }

    [Fact]
    public void One_that_takes_everything_over_has_no_finding() => Expect.Nothing(Findings("complete"));

    [Fact]
    public void A_state_of_an_older_version_is_an_error() =>
        Assert.Contains("has version 1 of the state 7, and earlier.ko has version 2", Expect.Error("KLP4044", Findings("older_state")).Message, StringComparison.Ordinal);

    [Fact]
    public void States_that_it_does_not_have_are_errors()
    {
        DiagnosticBag findings = Findings("silent");
        Expect.Codes(findings, "KLP4044", "KLP4044");
        Assert.Contains("has no state 7, which earlier.ko modifies", findings.First().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_is_dropped_is_a_warning() =>
        Assert.Contains("'meminfo_proc_show' of vmlinux is patched by earlier.ko and not by this livepatch", Expect.Warning("KLP4048", Findings("dropped")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_callback_that_is_dropped_is_a_warning() =>
        Assert.Contains("earlier.ko has a callback post_unpatch for vmlinux", Expect.Warning("KLP4049", Findings("no_callback")).Message, StringComparison.Ordinal);

    [Fact]
    public void One_that_does_not_replace_is_a_warning() => Expect.Warning("KLP4050", Findings("beside"));

    private LivepatchModule Open(string module) => LivepatchModule.Of(ElfObject.Open(modules[module]), DemoTree.Tree);

    private DiagnosticBag Findings(string module)
    {
        DiagnosticBag findings = new();
        ReplacementValidator.Validate(Open(module), modules["earlier"], DemoTree.Tree, findings);
        return findings;
    }

    private static KbuildModule Livepatch(string name, string functions, string states, bool replaces = true, bool hasCallback = true) => new(name, $$"""
        static int new_show(struct seq_file *m, void *v) { return 0; }
        static void __used undo(struct klp_object *object) { }
        static struct klp_func functions[] = { {{functions}}, { } };
        static struct klp_object objects[] = { { .funcs = functions{{(hasCallback ? ", .callbacks.post_unpatch = undo" : "")}} }, { } };
        static struct klp_state states[] __maybe_unused = { {{states}} { } };
        static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects{{(states.Length > 0 ? ", .states = states" : "")}}, .replace = {{(replaces ? "true" : "false")}} };
        static int __init start(void) { return klp_enable_patch(&patch); }
        module_init(start);
        MODULE_LICENSE("GPL");
        MODULE_INFO(livepatch, "Y");
        """);

    private const string Both = "REPLACE(cmdline_proc_show, new_show), REPLACE(meminfo_proc_show, new_show)";
    private const string States = "{ .id = 7, .version = 2 }, { .id = 9, .version = 1 },";

    public sealed class Modules() : KbuildModules(
        Livepatch("earlier", Both, States),
        Livepatch("complete", "{ .old_name = \"cmdline_proc_show\", .new_func = new_show, .old_sympos = 1 }, REPLACE(meminfo_proc_show, new_show)", "{ .id = 9, .version = 3 }, { .id = 7, .version = 2 },"),
        Livepatch("older_state", Both, "{ .id = 7, .version = 1 }, { .id = 9, .version = 1 },"),
        Livepatch("silent", Both, ""),
        Livepatch("dropped", "REPLACE(cmdline_proc_show, new_show)", States),
        Livepatch("no_callback", Both, States, hasCallback: false),
        Livepatch("beside", Both, "{ .id = 7, .version = 2 }, { .id = 9, .version = 5 },", replaces: false));
}
