using Innkeeper.Configuration;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Configuration;

public sealed class SampleFileTests
{
    [Fact]
    public void File_OfTheRepository_IsTheGeneratedOne() => Assert.Equal(SampleFile.Text(), Checkout.Read("innkeeper.toml"));

    [Fact]
    public void Settings_EachHaveSentencesAsDocumentation() => Assert.All(
        SettingDefinitions.All.Select(s => (s.Name, s.Description)).Concat(GatewayDefinitions.All.Select(s => (s.Name, s.Description))).Concat(RuleDefinitions.All.Select(s => (s.Name, s.Description))),
        s => Assert.Matches(@"^[""A-Z\w].*[.:]$", s.Description.Documentation));

    [Fact]
    public void Lines_AreNotTooLong() => Assert.All(SampleFile.Text().Split('\n'), line => Assert.InRange(line.Length, 0, 130));

    [Fact]
    public void Text_NamesEveryGroupOnce() => Assert.All(
        SettingDefinitions.Groups, group => Assert.Single(SampleFile.Text().Split('\n'), line => line == $"[{group.Name}]"));
}
