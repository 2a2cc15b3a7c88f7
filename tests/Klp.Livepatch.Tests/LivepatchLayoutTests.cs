using Klp.DebugInfo.Dwarf;
using Klp.DebugInfo.Types;
using Klp.Elf.Constants;
using Klp.Elf.Model;
using Klp.Livepatch.Modules;

namespace Klp.Livepatch.Tests;

/// <summary>Livepatches whose structures are laid out in another way than those of today's kernels.</summary>
public class LivepatchLayoutTests
{
    // The members that the tables are recognised by are where they have always been.
    private const string Source = """
        struct module;
        struct klp_func { const char *old_name; void *new_func; unsigned long old_sympos; long more[5]; };
        struct klp_callbacks { void (*post_unpatch)(void); void (*pre_patch)(void); void (*pre_unpatch)(void); void (*post_patch)(void); };
        struct klp_object { const char *name; struct klp_func *funcs; long more; struct klp_callbacks callbacks; };
        struct klp_state { unsigned int version; long more[2]; unsigned long id; void *data; };
        struct klp_patch { struct module *mod; struct klp_object *objs; long more; char replace; struct klp_state *states; };
        extern struct module __this_module;
        static void new_function(void) { }
        static void at_start(void) { }
        static void at_end(void) { }
        static struct klp_func functions[] = { { "some_function", new_function }, { } };
        static struct klp_object objects[] = { { .funcs = functions, .callbacks = { .pre_patch = at_start, .post_unpatch = at_end } }, { } };
        static struct klp_state states[] = { { .id = 7, .version = 3 }, { .id = 8, .version = 4 }, { } };
        struct klp_patch patch = { .mod = &__this_module, .objs = objects, .states = states, .replace = 1 };

        """;

    [Fact]
    public void What_the_compiler_says_of_the_structures_is_believed()
    {
        using TempFolder folder = new();
        Tool.Run(Tool.Arm64 + "gcc", "-g", "-O2", "-c", folder.Write("patch.c", Source), "-o", folder["patch.o"]);
        ElfObject module = ElfObject.Open(folder["patch.o"]);
        DwarfInfo debug = DwarfInfo.Read(module)!;

        LivepatchTables tables = LivepatchTables.Read(module, LivepatchLayout.Of(debug.FindStructure));

        Assert.Equal([new PatchState(7, 3), new PatchState(8, 4)], tables.States);
        Assert.True(tables.Replaces);
        PatchedObject patched = Assert.Single(tables.Objects);
        Assert.Equal("some_function", Assert.Single(patched.Functions).OldName);
        Assert.Equal([("post_unpatch", "at_end"), ("pre_patch", "at_start")], patched.Callbacks.Select(callback => (callback.Name, NameAt(module, callback))));
    }

    [Fact]
    public void Offsets_that_no_structure_has_are_not_believed()
    {
        Dictionary<string, DebugStructure> damaged = new()
        {
            ["klp_patch"] = new("klp_patch", 64, new Dictionary<string, ulong> { ["states"] = 16, ["replace"] = ulong.MaxValue - 7 }),
            ["klp_state"] = new("klp_state", 24, new Dictionary<string, ulong> { ["id"] = ulong.MaxValue - 7, ["version"] = 8 }),
        };

        LivepatchLayout layout = LivepatchLayout.Of(name => damaged.GetValueOrDefault(name));

        Assert.Null(layout.Replace);
        Assert.Equal((LivepatchLayout.Usual.StateId, LivepatchLayout.Usual.StateVersion), (layout.StateId, layout.StateVersion));
    }

    [Fact]
    public void Without_debug_information_the_usual_layout_counts() => Assert.Same(LivepatchLayout.Usual, LivepatchLayout.Of(_ => null));

    private static string NameAt(ElfObject module, PatchedCallback callback) =>
        module.Symbols.Single(symbol => symbol.Type == ElfSymbolType.Function && symbol.Section is { } section && new ElfPlace(section, symbol.Value) == callback.Place).Name;
}
