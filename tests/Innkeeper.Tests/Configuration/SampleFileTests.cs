using Innkeeper.Configuration;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Configuration;

public sealed class SampleFileTests
{
    [Fact]
    public void File_OfTheRepository_IsTheGeneratedOne() => Assert.Equal(SampleFile.Text(), Checkout.Read("innkeeper.toml"));

    /// <summary>It starts once the two names are those of this machine: nothing else in it is set.</summary>
    [Fact]
    public void Text_SetsTheTwoInterfacesOnly() => Assert.Equal(
        ["access.interface", "uplink.interface"], ConfigurationFile.Parse(SampleFile.Text(), "f").Positions.Keys.Where(k => SettingDefinitions.Find(k) is not null).Order());

    [Fact]
    public void Settings_EachHaveSentencesAsDocumentation() => Assert.All(
        SettingDefinitions.All.Select(s => (s.Name, s.Description)).Concat(GatewayDefinitions.All.Select(s => (s.Name, s.Description))).Concat(RuleDefinitions.All.Select(s => (s.Name, s.Description))).Concat(ExportDefinitions.All.Select(s => (s.Name, s.Description))),
        s => Assert.Matches(@"^[""A-Z\w].*[.:]$", s.Description.Documentation));

    /// <summary>A list is one line, as long as it is.</summary>
    [Fact]
    public void Lines_AreNotTooLong() => Assert.All(SampleFile.Text().Split('\n').Where(l => !l.EndsWith(']')), line => Assert.InRange(line.Length, 0, 130));

    [Fact]
    public void Text_NamesEveryGroupOnce() => Assert.All(
        SettingDefinitions.Groups, group => Assert.Single(SampleFile.Text().Split('\n'), line => line == $"[{group.Name}]"));
}
