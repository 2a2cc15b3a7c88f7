using Klp.Build.Tasks;
using Klp.Kbuild.Options;
using Klp.Kbuild.Paths;
using Klp.Kernel.Diagnostics;
using Klp.Sdk.Tests.Support;

namespace Klp.Sdk.Tests.Kbuild;

public sealed class CompileOptionsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public CompileOptionsTests()
    {
        Directory.CreateDirectory(folder.Combine("my project", "include"));
        File.WriteAllText(folder.Combine("my project", "it's.h"), "");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("-Iinclude", "-I/stage/i0")]
    [InlineData("-I include", "-I/stage/i0")]
    [InlineData("-I 'include'/ -I\"./include\"", "-I/stage/i0 -I/stage/i0")]
    [InlineData("-I/PROJECT/include -O1", "-I/stage/i0 -O1")]
    [InlineData("-I\"/PROJECT/include\"", "-I/stage/i0")]
    [InlineData("-iquote .", "-iquote /stage/i0")]
    [InlineData("-DX='\"a  b\"'  -I/usr/include", "-DX='\"a  b\"' -I/usr/include")]
    [InlineData("-I$(srctree)/include", "-I$(srctree)/include")]
    [InlineData("$(call cc-option, -I include, -Wx) -I $(src)", "$(call cc-option, -I include, -Wx) -I $(src)")]
    [InlineData("-D NAME -I", "-D NAME -I")]
    [InlineData("-I=/usr -include-pch x", "-I=/usr -include-pch x")]
    [InlineData("-Wx\n-Wy", "-Wx -Wy")]
    public void Paths_of_the_project_are_links_of_the_stage_and_everything_else_is_as_it_was(string options, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read(options).Options.Select(option => option.ToString("/stage"))));

    [Fact]
    public void A_source_in_assembler_gets_macros_and_directories_and_not_the_rest()
    {
        CompileOptions options = Read("-Iinclude -Wall -DX -U Y -Wa,--x -O2");

        Assert.Equal(["-I/stage/i0", "-DX", "-U Y", "-Wa,--x"], options.Options.Where(option => option.IsForAssembler).Select(option => option.ToString("/stage")));
    }

    [Fact]
    public void A_file_whose_name_kbuild_cannot_take_is_refused()
    {
        (HostWord setting, string problem) = Assert.Single(Read("-include \"it's.h\"").Problems);

        Assert.Equal("KlpCompileOptions", ProjectWords.All.Fill(setting.ToString()));
        Assert.Contains("it's.h", problem, StringComparison.Ordinal);
        Assert.Contains("Rename", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_nothing_but_the_root_in_common_is_called_by_its_path()
    {
        ProjectPaths project = new("/home/me/project");

        Assert.Equal(("", "include/", "../common_files/", "/opt/x/"), (project.Prefix("/home/me/project"), project.Prefix("/home/me/project/include"), project.Prefix("/home/me/common files"), project.Prefix("/opt/x")));
    }

    private CompileOptions Read(string options) =>
        new(folder.Combine("my project"), [], options.Replace("/PROJECT", folder.Combine("my project"), StringComparison.Ordinal));
}
