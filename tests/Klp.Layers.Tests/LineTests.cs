namespace Klp.Layers.Tests;

/// <summary>
/// The length of lines. RCS0056 makes it an error of the build where there is code; a line that ends in a comment it does not look at.
/// </summary>
public class LineTests
{
    private const int Longest = 140;

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_line_of_a_project_is_too_long(string project) =>
        Assert.Empty(SourceTree.Files(project).SelectMany(file => File.ReadLines(file).Index()
            .Where(line => line.Item.Length > Longest)
            .Select(line => $"{file}:{line.Index + 1}")));
}
