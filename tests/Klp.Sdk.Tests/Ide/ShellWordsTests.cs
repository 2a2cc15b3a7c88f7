using Klp.Kbuild.Ide;

namespace Klp.Sdk.Tests.Ide;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("gcc  -Wall\t-c a.c ")]
    [InlineData("""gcc -DNAME='"two words"' -DQ=\"x\" -D"A B"=1 -DE='' '' """)]
    [InlineData("""gcc "-DX=\"q\" \\ \d \$HOME" 'a\b' a\ b -D'it'\''s'""")]
    [InlineData("gcc '-DHASH=#' -DSEMI=';' -DAND='&&' -DPIPE=\"|\"")]
    public void Words_are_those_of_the_shell(string line)
    {
        // The second command shows where the first one ends.
        string[] expected = Tool.Run("sh", "-c", $"printf '%s\\n' {line} ; true").Output.Split('\n')[..^1];

        Assert.Equal(expected, ShellWords.Split(line));
        Assert.Equal(expected, ShellWords.Split(line + "; ./tools/objtool/objtool --module a.o"));
        Assert.Equal(expected, ShellWords.Split(line + " && strip a.o"));
    }
}
