namespace Klp.Tool.Tests;

/// <summary>Who calls klp may have no project: what he has to write is an option.</summary>
public class HostWordsTests(LivepatchFixture livepatch) : IClassFixture<LivepatchFixture>
{
    [Theory]
    [InlineData("KLP0001", "the option --kernel", "validate", "-k", "", "good.ko")]
    [InlineData("KLP0012", "--module FOLDER/NAME.ko", "validate", "-m", "FOLDER", "good.ko")]
    [InlineData("KLP0012", "the option --module", "validate", "-m", "no such.ko", "good.ko")]
    [InlineData("KLP0023", "the option --vmlinux", "validate", "--vmlinux", "no such", "good.ko")]
    [InlineData("KLP3001", "with the option --module", "convert", "unknown.ko", "--dry-run")]
    [InlineData("KLP4002", "with the option --module", "validate", "of-outside.ko")]
    public void A_message_names_the_option_and_no_item_or_property_of_a_project(string code, string option, params string[] command)
    {
        string[] arguments = [.. command.Select(argument => argument switch
        {
            "FOLDER" => livepatch.Folder,
            _ when argument.EndsWith(".ko", StringComparison.Ordinal) => livepatch[argument],
            _ => argument,
        })];
        string[] kernel = command.Contains("-k") ? [] : ["-k", DemoKernelTree.Path];

        foreach (string[] form in (string[][])(command[0] == "validate" ? [[], ["--json"], ["--format", "sarif"]] : [[], ["--json"]]))
        {
            KlpCommand klp = KlpCommand.Run([.. arguments, .. kernel, .. form]);
            string text = klp.Output + klp.Error;

            Assert.Contains(code, text, StringComparison.Ordinal);
            Assert.Contains(option.Replace("FOLDER", livepatch.Folder, StringComparison.Ordinal), text, StringComparison.Ordinal);
            Assert.DoesNotMatch("Klp[A-Z]|klp's option|[\u27e8\u27e9]|u27E8", text);
        }
    }
}
