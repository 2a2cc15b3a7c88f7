using Klp.Patching.Tests.Extraction;
using Klp.Patching.Types;

namespace Klp.Patching.Tests.Types;

public class TypeComparisonTests
{
    private const string Unit = """
        typedef unsigned long ulong_t;
        typedef struct { int counter; } count_t;
        enum state { IDLE, BUSY };
        struct inner { int low; short high; };
        struct thing { int id; unsigned int small : 3, large : 5; struct inner part; union { long number; void *pointer; }; int (*call)(struct thing *); count_t users; enum state now; };
        struct only_sized { long first; };
        enum { NAMELESS, UNNAMED, NAMELESS_COUNT = 8 };
        typedef enum { LOW, HIGH } level_t;
        struct thing *first_thing;
        int outer(struct thing *thing, long by);
        int inner_of_image(struct thing *thing, long by);
        static struct inner kept;
        int exported(struct thing *thing, long by) { kept.high++; return thing->id + by + kept.low; }
        static __attribute__((noinline)) int helper(struct thing *thing) { static struct inner last; last.low += thing->id; return thing->part.high * last.low; }
        unsigned long size(struct thing *thing) { return sizeof(struct only_sized) + helper(thing) + outer(thing, 1) + inner_of_image(thing, 1); }
        """;

    [Theory]
    [InlineData("struct thing { int id;", "struct thing { int id; int more;", "struct thing", "more, at offset 4, is new")]
    [InlineData("int id; unsigned int small : 3, large : 5;", "unsigned int small : 3, large : 5; int id;", "struct thing", "small was at offset 4 (bit 32) and is at offset 0 (bit 0)")]
    [InlineData("small : 3, large : 5", "small : 4, large : 5", "struct thing", "small, at offset 4 (bit 32), was u32:3 and is u32:4")]
    [InlineData("int low; short high;", "int low; int high;", "struct inner", "high, at offset 4, was s16 and is s32")]
    [InlineData("int low; short high;", "int low; unsigned short high;", "struct inner", "high, at offset 4, was s16 and is u16")]
    [InlineData("int (*call)(struct thing *);", "int (*call)(struct thing *, int);", "struct thing", "call, at offset 24, was s32 (struct thing *) * and is s32 (struct thing *, s32) *")]
    [InlineData("union { long number;", "union { int number;", "struct thing", "number, at offset 16, was s64 and is s32")]
    [InlineData("typedef struct { int counter; }", "typedef struct { long counter; }", "count_t", "counter, at offset 0, was s32 and is s64; it had 4 bytes and has 8")]
    [InlineData("IDLE, BUSY", "IDLE, WAITING, BUSY", "enum state", "WAITING, 1, is new; BUSY was 1 and is 2")]
    [InlineData("struct only_sized { long first;", "struct only_sized { long first, second;", "struct only_sized", "second, at offset 8, is new; it had 8 bytes and has 16")]
    [InlineData("count_t users;", "__attribute__((aligned(64))) count_t users;", "struct thing", "users was at offset 32 and is at offset 64; it had 40 bytes and has 128")]
    public void A_changed_layout_is_found_with_the_member(string old, string made, string type, string what)
    {
        TypeChange change = Find(old, made)[0];
        Assert.Equal((TypeChangeKind.Layout, type), (change.Kind, change.Name));
        Assert.StartsWith(what, change.What, StringComparison.Ordinal);
    }

    // The objects are there whatever the patch calls them.
    [Theory]
    [InlineData("struct inner", "struct renamed", "int low; short high;", "long more; int low; short high;", "low was at offset 0 and is at offset 8")]
    [InlineData("struct inner", "struct renamed", "int low; short high;", "int low; int high;", "high, at offset 4, was s16 and is s32")]
    [InlineData("enum state", "enum phase", "IDLE, BUSY", "BEGIN, IDLE, BUSY", "IDLE was 0 and is 1")]
    public void A_layout_that_changes_together_with_the_name_of_the_type_is_found(string name, string renamed, string old, string made, string what)
    {
        TypeChange change = Find(name, renamed, old, made).First(found => found.Name == name);
        Assert.Equal(TypeChangeKind.Layout, change.Kind);
        Assert.Contains($"{renamed}, which is new, has members of it", change.What, StringComparison.Ordinal);
        Assert.Contains(what, change.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_has_another_name_alone_is_not_found() =>
        Assert.DoesNotContain(Find("struct inner", "struct renamed"), change => change.Name == "struct inner");

    [Fact]
    public void The_type_that_grew_comes_before_those_that_it_moves()
    {
        Assert.Equal(["struct inner", "struct thing"], Find("int low; short high;", "int low; short high; long more;").Select(change => change.Name));
    }

    [Theory]
    [InlineData("struct only_sized {", "\n\n/* a comment */\nstruct only_sized {")]
    [InlineData("enum state {", "struct fresh { int id; }; enum state {")]
    [InlineData("IDLE, BUSY", "IDLE, BUSY, DONE")]
    [InlineData("enum { NAMELESS, UNNAMED,", "enum { NAMELESS, UNNAMED, MORE,")]
    [InlineData("return thing->id + by", "struct fresh { int x; } *f = (void *)thing; return f->x + by")]
    [InlineData("struct thing { int id;", "struct thing { const volatile int id;")]
    [InlineData("int exported(struct thing *thing, long by)", "int exported(struct thing *other, long by)", "thing->id + by", "other->id + by")]
    [InlineData("struct thing *first_thing;", "extern struct thing *first_thing; struct thing *first_thing;")]
    public void What_changes_no_layout_is_not_found(string old, string made, string then = "", string thenMade = "")
    {
        Assert.Empty(Find(old, made, then, thenMade));
    }

    [Theory]
    [InlineData("int exported(struct thing *thing, long by)", "int exported(struct thing *thing, int by)", "it was s32 (struct thing *, s64) and is s32 (struct thing *, s32)")]
    [InlineData("int exported(struct thing *thing, long by)", "void exported(struct thing *thing, long by)", "it was s32 (struct thing *, s64) and is void (struct thing *, s64)", "return thing->id + by + kept.low;", "kept.low = thing->id + by;")]
    public void A_changed_type_of_an_exported_function_is_found(string old, string made, string what, string then = "", string thenMade = "")
    {
        TypeChange change = Assert.Single(Find(old, made, then, thenMade));
        Assert.Equal(new TypeChange(TypeChangeKind.Export, "exported", "exported", what), change);
    }

    [Fact]
    public void A_changed_value_of_an_enumeration_without_a_name_is_found()
    {
        TypeChange change = Assert.Single(Find("enum { NAMELESS, UNNAMED,", "enum { NAMELESS, MORE, UNNAMED,"));
        Assert.Equal(new TypeChange(TypeChangeKind.Constant, "UNNAMED", "UNNAMED", "it was 1 and is 2"), change);
        Assert.Equal("level_t", Assert.Single(Find("LOW, HIGH", "LOW, MIDDLE, HIGH")).Name);
    }

    [Fact]
    public void A_changed_type_of_an_exported_function_is_found_where_it_is_called()
    {
        TypeChange change = Assert.Single(Find("int outer(struct thing *thing, long by);", "int outer(struct thing *thing, int by);"));
        Assert.Equal(new TypeChange(TypeChangeKind.Export, "outer", "outer", "it was s32 (struct thing *, s64) and is s32 (struct thing *, s32)"), change);
    }

    [Fact]
    public void A_declaration_of_what_is_not_exported_may_change_with_the_definition()
    {
        Assert.Empty(Find("int inner_of_image(struct thing *thing, long by);", "int inner_of_image(struct thing *thing, int by);"));
    }

    [Fact]
    public void A_changed_type_of_a_global_function_is_found_for_those_who_look_for_its_callers()
    {
        TypeChange change = Assert.Single(Find("unsigned long size(struct thing *thing)", "unsigned int size(struct thing *thing)"));
        Assert.Equal(new TypeChange(TypeChangeKind.Global, "size", "size", "it was u64 (struct thing *) and is u32 (struct thing *)"), change);
    }

    [Fact]
    public void A_changed_type_of_what_is_static_is_not_found_as_the_patch_has_its_callers()
    {
        Assert.Empty(Find("int helper(struct thing *thing) {", "int helper(struct thing *thing, int by) {", "helper(thing) +", "helper(thing, 1) +"));
    }

    [Theory]
    [InlineData("static struct inner kept;", "struct other { int low; short high; }; static struct other kept;", "kept")]
    [InlineData("static struct inner last;", "struct other { int low; short more; }; static struct other last;", "last")]
    public void A_variable_that_becomes_one_of_another_type_is_found(string old, string made, string name)
    {
        TypeChange change = Assert.Single(Find(old, made));
        Assert.Equal(new TypeChange(TypeChangeKind.Variable, name, name, "it was struct inner and is struct other"), change);
    }

    private static IReadOnlyList<TypeChange> Find(string old, string made, string then = "", string thenMade = "")
    {
        using SmallKernel kernel = new(Unit);
        Assert.Contains(old, Unit, StringComparison.Ordinal);
        string patched = Unit.Replace(old, made, StringComparison.Ordinal);
        if (then.Length > 0)
            patched = patched.Replace(then, thenMade, StringComparison.Ordinal);
        return TypeComparison.Find(kernel.Diff(patched), name => name == "exported", name => name == "outer")!;
    }
}
