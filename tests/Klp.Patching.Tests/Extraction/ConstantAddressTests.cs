using Klp.Kernel.Diagnostics;
using Klp.Patching.Extraction;

namespace Klp.Patching.Tests.Extraction;

/// <summary>
/// A changed constant is replaced with all who read it. That is wrong where its address leaves them: objects that are there have
/// the address of the old one, and those that are made anew would have one of the livepatch, which goes.
/// </summary>
public class ConstantAddressTests
{
    private const string Table = """
        struct op { int a, b; const char *name; struct op *next; };
        struct object { const struct op *op; long more; };
        extern void used_elsewhere(void); extern void keep(const struct op *); extern int seq_puts(void *, const char *); extern int printk(const char *, ...);
        extern int strcmp(const char *, const char *); extern void *memchr(const void *, int, unsigned long);
        static const struct op table[4] = { { 1, 2, "one" }, { 3, 4, "two" }, { 5, 6, "three" } };
        static const char text[] = "a text that is long enough not to be kept in registers";

        """;

    /// <summary>Where the address goes.</summary>
    [Theory]
    [InlineData("stored in an object", "void f(struct object *o) { o->op = table; } int g(struct object *o) { return o->op->a; }")]
    [InlineData("stored in an object, one of several", "void f(struct object *o, int i) { o->op = &table[i]; }")]
    [InlineData("stored in a variable", "static const struct op *current; void f(int i) { current = i ? &table[1] : 0; } int g(void) { return current ? current->a : 0; }")]
    [InlineData("stored with another value", "struct pair { const struct op *op; long v; }; void f(struct pair *p, long v) { p->op = table; p->v = v; }")]
    [InlineData("stored by its size", "void f(struct object *o) { o->more = (long)&table[1] + 8; }")]
    [InlineData("stored from a loop", "void f(struct object *o, int n) { for (int i = 0; i < 4; i++) if (table[i].a == n) { o->op = &table[i]; break; } }")]
    [InlineData("stored atomically", "void f(struct object *o) { __atomic_store_n(&o->op, table, __ATOMIC_RELEASE); }")]
    [InlineData("exchanged", "const struct op *f(struct object *o) { return __atomic_exchange_n(&o->op, table, __ATOMIC_SEQ_CST); }")]
    [InlineData("compared", "int f(struct object *o) { return o->op == table; }")]
    [InlineData("compared with one of several", "int f(struct object *o) { if (o->op == &table[2]) used_elsewhere(); return 0; }")]
    [InlineData("compared by both ends", "int f(struct object *o) { return o->op >= table && o->op < table + 4; }")]
    [InlineData("subtracted", "long f(struct object *o) { return o->op - table; }")]
    [InlineData("returned", "const struct op *f(int i) { return i < 4 ? &table[i] : 0; }")]
    [InlineData("returned to one who stores it", "static __attribute__((noinline)) const struct op *find(int i) { return table[i].a == 3 ? &table[i] : 0; } void f(struct object *o, int i) { o->op = find(i); }")]
    [InlineData("returned beside another value", "struct pair { long v; const struct op *op; }; struct pair f(int i) { return (struct pair) { i, &table[i] }; }")]
    [InlineData("returned beside another value to one who stores it", "struct pair { long v; const struct op *op; }; static __attribute__((noinline)) struct pair find(int i) { used_elsewhere(); return (struct pair) { i + table[i].a, &table[i] }; } void f(struct object *o, int i) { struct pair p = find(i); o->op = p.op; o->more = p.v; }")]
    [InlineData("handed to another unit", "void f(void) { keep(table); }")]
    [InlineData("handed to one of the unit who stores it", "static __attribute__((noinline)) void put(struct object *o, const struct op *op) { o->op = op; o->more++; } void f(struct object *o, int i) { put(o, &table[i]); }")]
    [InlineData("handed by a pointer to a function", "void f(void (*fn)(const struct op *)) { fn(table); used_elsewhere(); }")]
    [InlineData("in an object on the stack", "extern void take(struct object *); void f(int i) { struct object o = { &table[i], 3 }; take(&o); }")]
    [InlineData("as found by another", "const void *f(void) { return memchr(table, 3, sizeof(table)); }")]
    [InlineData("as found by another and stored", "void f(struct object *o) { o->op = memchr(table, 3, sizeof(table)); }")]
    [InlineData("chosen", "void f(struct object *o, int i) { const struct op *op = i > 3 ? o->op : table; used_elsewhere(); o->op = op; }")]
    [InlineData("kept over a call", "void f(struct object *o, int i) { const struct op *op = &table[i]; used_elsewhere(); if (op->b) o->op = op; }")]
    [InlineData("kept on the stack", "void f(struct object *o, int i) { const struct op *op = &table[i]; asm volatile(\"\" : : : \"x19\", \"x20\", \"x21\", \"x22\", \"x23\", \"x24\", \"x25\", \"x26\", \"x27\", \"x28\"); used_elsewhere(); o->op = op; }")]
    [InlineData("in the way of an asm goto", "int f(struct object *o, int i) { const struct op *op = &table[i]; asm goto(\"1: nop\\n.pushsection __jump_table,\\\"aw\\\"\\n.balign 8\\n.long 1b-., %l[yes]-.\\n.quad seq_puts-.\\n.popsection\" : : \"r\"(op) : : yes); return op->a; yes: o->op = op; return 0; }")]
    [InlineData("in a switch", "void f(struct object *o, int i, int k) { const struct op *op = &table[k]; switch (i) { case 0: o->more = 5; break; case 1: o->more = op->a; break; case 2: used_elsewhere(); break; case 3: o->op = op; break; case 4: o->more = 77; break; case 5: o->more = op->b; break; case 6: keep(0); break; } }")]
    public void One_whose_address_leaves_those_who_read_it_is_refused(string where, string readers)
    {
        using SmallKernel kernel = KernelOf(readers);
        Assert.Null(kernel.Plan("{ 3, 4,", "{ 3, 7,"));
        Assert.True(kernel.Diagnostics.Count > 0, where);
        Diagnostic refusal = Assert.Single(kernel.Diagnostics);
        Assert.Equal(DiagnosticCodes.PatchChangesData.Code, refusal.Code);
        Assert.Contains("address", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What only reads it, so that the new one is as good as the old.</summary>
    [Theory]
    [InlineData("by index", "int f(int i) { return table[i].a + table[i].b; }")]
    [InlineData("by one who returns a pointer to something else", "struct object *f(struct object *o, int i) { o->more = table[i].a; return o; }")]
    [InlineData("in a loop", "int f(int n) { for (int i = 0; i < 4; i++) if (table[i].a == n) return table[i].b; return 0; }")]
    [InlineData("in a loop to its end", "int f(int n) { for (const struct op *op = table; op < table + 4; op++) if (op->a == n) return op->b; return 0; }")]
    [InlineData("in a loop with calls", "int f(int n) { int sum = 0; for (const struct op *op = table; op < table + 4; op++) { used_elsewhere(); sum += op->a * n; } return sum; }")]
    [InlineData("over a call", "int f(int i) { const struct op *op = &table[i]; used_elsewhere(); return op->a; }")]
    [InlineData("over a call and many registers", "int f(int i) { const struct op *op = &table[i]; used_elsewhere(); asm volatile(\"\" : : : \"x19\", \"x20\", \"x21\", \"x22\", \"x23\", \"x24\", \"x25\", \"x26\", \"x27\", \"x28\"); used_elsewhere(); return op->a; }")]
    [InlineData("by one of the unit", "static __attribute__((noinline)) int get(const struct op *op, int i) { return op[i].a + op[i + 1].b; } int f(int i) { return get(table, i) + get(table, i + 2); }")]
    [InlineData("as found by one of the unit", "static __attribute__((noinline)) const struct op *find(int i) { return table[i].a == 3 ? &table[i] : 0; } int f(int i) { const struct op *op = find(i); return op ? op->b : 0; }")]
    [InlineData("as found by another", "int f(int i) { return memchr(table, i, sizeof(table)) != 0; }")]
    [InlineData("a value of it stored", "void f(struct object *o, int i) { o->more = table[i].b; }")]
    [InlineData("a string of it printed", "int f(void *m, int i) { seq_puts(m, table[i].name); return printk(\"%s\\n\", table[1].name); }")]
    [InlineData("in a switch", "void f(struct object *o, int i, int k) { const struct op *op = &table[k]; switch (i) { case 0: o->more = 5; break; case 1: o->more = op->a; break; case 2: used_elsewhere(); break; case 3: o->more = op->b; break; case 4: o->more = 77; break; case 5: o->more = op->b; break; case 6: keep(0); break; } }")]
    public void One_that_is_only_read_is_taken(string how, string readers)
    {
        using SmallKernel kernel = KernelOf(readers);
        ExtractionPlan? plan = kernel.Plan("{ 3, 4,", "{ 3, 7,");
        Assert.True(plan is not null, $"{how}: {string.Join("\n", kernel.Diagnostics)}");
        Assert.Contains(plan.Parts, part => part.Part.Name == "table" && part.Reason == "changed");
    }

    [Theory]
    [InlineData("int f(void *m) { seq_puts(m, text); return 0; }")]
    [InlineData("int f(int a) { return printk(\"%s %d\\n\", text, a); }")]
    [InlineData("int f(const char *s) { return strcmp(s, text); }")]
    public void A_text_that_is_handed_to_what_only_reads_it_is_taken(string readers)
    {
        using SmallKernel kernel = KernelOf(readers);
        Assert.NotNull(kernel.Plan("a text that", "one text that"));
    }

    /// <summary>The old objects have the address of the kernel's, although the new version of the function stores none.</summary>
    [Fact]
    public void One_whose_address_only_the_old_version_stores_is_refused()
    {
        const string source = Table + "void f(struct object *o) { o->op = table; } int g(struct object *o, int i) { return o->op->a + table[i].b; }";
        using SmallKernel kernel = new(source);
        Assert.Null(kernel.PlanFor(source.Replace("{ 3, 4,", "{ 3, 7,").Replace("o->op = table;", "o->op = 0;")));
        Assert.Equal(DiagnosticCodes.PatchChangesData.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    /// <summary>Which of the kernel's constants it is, or that it is the kernel's at all, cannot be told: a copy would have another address.</summary>
    [Theory]
    [InlineData("two of one name in a function", "void f(struct object *o, int i) { if (i) { static const struct op own[2] = { { 1, 2 } }; o->op = own; } else { static const struct op own[2] = { { 3, 4 } }; o->op = own; } o->more = i + 1; }", "i + 1", "i + 2")]
    [InlineData("in a function that has another name", "static __attribute__((noinline)) void set(struct object *o) { static const struct op own[2] = { { 1, 2 } }; o->op = own; } void f(struct object *o) { set(o); o->more = 1; }", "set(", "put(")]
    public void One_that_may_be_another_of_the_kernels_is_refused_where_its_address_leaves(string which, string readers, string old, string made)
    {
        using SmallKernel kernel = KernelOf(readers);
        Assert.Null(kernel.Plan(old, made));
        Assert.Equal((which, DiagnosticCodes.StaticVariableLost.Code), (which, Assert.Single(kernel.Diagnostics).Code));
    }

    [Fact]
    public void One_that_may_be_another_of_the_kernels_is_copied_where_it_is_only_read()
    {
        using SmallKernel kernel = KernelOf("int f(int i, int k) { if (i) { static const int own[9] = { 1, 2 }; return own[k]; } static const int own[9] = { 3, 4 }; return own[k] + i + 1; }");
        Assert.NotNull(kernel.Plan("i + 1", "i + 2"));
    }

    /// <summary>The kernel has written to it, and a constant would hold what it began with.</summary>
    [Fact]
    public void A_variable_that_becomes_a_constant_is_refused()
    {
        const string source = "static int level[4] = { 1, 2, 3, 4 }; int get(int i) { return level[i]; } void set(int i, int v) { level[i] = v; }";
        using SmallKernel kernel = new(source);
        Assert.Null(kernel.PlanFor(source.Replace("static int level", "static const int level").Replace("level[i] = v;", "")));
        Assert.Equal(DiagnosticCodes.PatchChangesData.Code, Assert.Single(kernel.Diagnostics).Code);
    }

    private static SmallKernel KernelOf(string readers)
    {
        SmallKernel kernel = new(Table + readers);
        kernel.Exports.UnionWith(["keep", "take", "seq_puts", "printk", "strcmp", "memchr"]);
        return kernel;
    }
}
