namespace Klp.Livepatch.Tests.Support;

/// <summary>What every livepatch needs, so that the C source of a test has only what the test is about.</summary>
internal static class LivepatchHeader
{
    internal const string Text = """
        #include <linux/kernel.h>
        #include <linux/livepatch.h>
        #include <linux/module.h>
        #include <linux/seq_file.h>
        #include <klp/relocation.h>

        #define REPLACE(OLD, NEW) { .old_name = #OLD, .new_func = NEW }
        #define IN_VMLINUX(...) { .funcs = (struct klp_func[]) { __VA_ARGS__, { } } }
        #define IN_MODULE(NAME, ...) { .name = #NAME, .funcs = (struct klp_func[]) { __VA_ARGS__, { } } }
        #define PATCH(...)							\
        	static struct klp_object objects[] = { __VA_ARGS__, { } };	\
        	static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects }; \
        	static int __init start(void) { return klp_enable_patch(&patch); } \
        	static void __exit stop(void) { }				\
        	module_init(start);						\
        	module_exit(stop);						\
        	MODULE_DESCRIPTION("A livepatch of the tests");			\
        	MODULE_LICENSE("GPL");						\
        	MODULE_INFO(livepatch, "Y")

        """;
}
