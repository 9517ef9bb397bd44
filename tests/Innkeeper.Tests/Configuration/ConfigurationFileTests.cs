using System.Text.RegularExpressions;
using Innkeeper.Configuration;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

public sealed partial class ConfigurationFileTests
{
    private const string Good = "[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[pool]\naddresses = [\"192.0.2.50-192.0.2.99\"]\n";

    private static string Example => Checkout.Read("innkeeper.toml");

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(text, "f").Errors.Select(e => e.ToString())];

    [Fact]
    public void Example_AsItComes_HasNoErrors() => Assert.Empty(Errors(Example));

    private static ConfigurationResult ExampleCommentedIn()
    {
        var result = ConfigurationFile.Parse(CommentedIn(Example), "f");
        Assert.Empty(result.Errors);
        return result;
    }

    /// <summary>A sample in which all settings and tables that are commented out are set.</summary>
    internal static string CommentedIn(string text) => string.Join(
        '\n', text.Split('\n').Select(l => l.StartsWith("# ", StringComparison.Ordinal) && (l.Contains(" = ", StringComparison.Ordinal) || Header().IsMatch(l)) ? l[2..] : l));

    /// <summary>A table that is commented out.</summary>
    [GeneratedRegex(@"^# \[\[?[a-z.-]+\]\]?$")]
    private static partial Regex Header();

    [Fact]
    public void Example_EveryKeyCommentedIn_ParsesAndNamesAllKeys()
    {
        var names = ExampleCommentedIn().Positions.Keys.Where(k => !k.StartsWith("dns.hosts.", StringComparison.Ordinal)).ToList();

        Assert.Equal(SettingDefinitions.All.Select(k => k.Name).Order(), names.Where(n => RepeatedTable.Of(RepeatedTable.ParentOf(n)) is null).Order());
        Assert.All(new[] { RepeatedTable.Gateways, RepeatedTable.Rules, RepeatedTable.Machines, RepeatedTable.Exports }, kind => Assert.Equal(
            kind.Keys.Order(), names.Where(n => RepeatedTable.Of(RepeatedTable.ParentOf(n))?.Kind == kind).Select(n => n[(n.LastIndexOf('.') + 1)..]).Distinct().Order()));
    }

    [Fact]
    public void Example_CommentedDefaults_AreTheDefaults()
    {
        var (all, defaults) = (ExampleCommentedIn().Config!, new InnkeeperConfig());
        Assert.Equal((defaults.Pool.Idle, defaults.Inside.Network, defaults.DataPlane.Bindings, defaults.DataPlane.Bpffs), (all.Pool.Idle, all.Inside.Network, all.DataPlane.Bindings, all.DataPlane.Bpffs));

        // What denied is when it is left out stands in the comment: with two arms this.
        Assert.Equal(defaults.DefaultProfile with { Denied = DestinationList.OfUplinks }, all.DefaultProfile);
    }

    /// <summary>A device that was kept off the Internet by a wrong gateway must not be let out without the administrator having read of it.</summary>
    [Fact]
    public void Example_BesideAdmission_WarnsOfWrongGateways()
    {
        var lines = Example.Split('\n');
        var admission = Array.IndexOf(lines, "# admission = \"auto\"");
        Assert.Contains("wrong gateway on purpose", string.Join(' ', lines[(admission - 4)..admission]));
        var rule = Array.IndexOf(lines, "# uses = \"static\"");
        Assert.Equal(["# [[rules]]", "# profile = \"static\""], lines[(rule - 2)..rule]);
        Assert.Equal(AdmissionMode.Approve, ExampleCommentedIn().Config!.Profiles["static"].Admission);
    }

    /// <summary>What the document on profiles shows is taken, each example for itself.</summary>
    [Fact]
    public void Document_EachExample_HasNoErrors()
    {
        var examples = Fence().Matches(Checkout.Read("docs/profiles.md")).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => Assert.Empty(Errors("uplink.interface = \"eth0\"\n" + (example.Contains("[access]\n", StringComparison.Ordinal)
            ? example.Replace("[access]\n", "[access]\ninterface = \"eth1\"\n", StringComparison.Ordinal)
            : "access.interface = \"eth1\"\n" + example))));
    }

    [GeneratedRegex("```toml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [Theory]
    [InlineData("[access]\ninterfaces = \"eth1\"\n", "f:2:1: access.interfaces: there is no such key; did you mean access.interface?")]
    [InlineData("[pool]\nidle = \"5x\"\n", "f:2:1: pool.idle: \"5x\" is not valid; give a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"")]
    [InlineData("[access]\nvlans = [10, 5000]\n", "f:2:14: access.vlans: 5000 is not valid; give a VLAN number from 1 to 4094")]
    [InlineData("[profiles.default]\ninbound = \"yes\"\n", "f:2:1: profiles.default.inbound: \"yes\" is not valid; give true or false")]
    [InlineData("", "f:1:1: access.interface: is missing; give an interface name such as \"eth1\" (up to 15 letters, digits, '.', '-', '_')")]
    [InlineData("[pool]\naddresses = [\"192.0.2.9-192.0.2.1\"]\n", "f:2:14: pool.addresses: \"192.0.2.9-192.0.2.1\" is not valid; give a range from its lowest to its highest address, such as \"137.118.199.50-137.118.199.99\"")]
    public void Parse_Mistake_SaysWhereWhatAndWhatWouldBeRight(string text, string expected) => Assert.Contains(expected, Errors(text));

    [Fact]
    public void Parse_SeveralMistakes_ReportsAll() => Assert.Equal(4, Errors("[access]\ninterface = 7\nvlans = 3\n[pool]\nidle = true\n").Length);

    [Fact]
    public void Parse_SameInterfaceTwice_IsOneArm()
    {
        var result = ConfigurationFile.Parse(Good.Replace("eth0", "eth1", StringComparison.Ordinal), "f");
        Assert.Empty(result.Errors);
        Assert.True(result.Config!.IsOneArmed);
    }

    [Theory]
    [InlineData("access.vlans = [10]")]
    [InlineData("access.address = \"10.1.2.3/24\"")]
    [InlineData("access.pass_ethertypes = [\"ipv6\"]")]
    [InlineData("uplink.mac = \"02:00:00:00:00:01\"")]
    [InlineData("ipv6.prefix = \"2001:db8:77::/56\"")]
    public void Parse_OneArmWithWhatNeedsTwo_IsRefusedAtThatKey(string key)
    {
        const string OneArm = "access.interface = \"eth0\"\nuplink.interface = \"eth0\"\n";
        var error = Assert.Single(Errors(OneArm + key + "\n"));
        Assert.StartsWith($"f:3:1: {key[..key.IndexOf(' ')]}: on one arm ", error, StringComparison.Ordinal);
        Assert.Empty(Errors(OneArm.Replace("uplink.interface = \"eth0\"", "uplink.interface = \"eth1\"", StringComparison.Ordinal) + key + "\n"));
    }

    [Fact]
    public void Parse_Garbage_IsASyntaxErrorWithItsPlace() => Assert.StartsWith("f:1:", Assert.Single(Errors("= = =\n").Take(1)));

    [Fact]
    public void Parse_NestedTooDeep_IsAnErrorAndNoException() => Assert.Single(Errors("a = " + new string('[', 10_000)));

    [Fact]
    public void Load_NoSuchFile_SaysSo() =>
        Assert.StartsWith("/nonexistent/x.toml: file: there is no such file", Assert.Single(ConfigurationFile.Load("/nonexistent/x.toml").Errors).ToString());

    [Fact]
    public void Parse_AThousandDamagedFiles_NeverThrows()
    {
        var random = new Random(4711);
        var good = Example;
        for (var i = 0; i < 1000; i++)
        {
            var text = good.ToCharArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                text[random.Next(text.Length)] = (char)random.Next(1, 0x180);
            }

            var result = ConfigurationFile.Parse(new string(text), "f");
            Assert.Equal(result.Config is null, result.Errors.Length > 0);
        }
    }

    [Theory]
    [InlineData("192.0.2.0-192.0.2.9", "network or broadcast address")]
    [InlineData("192.0.2.1-192.0.2.9", "the uplink's router")]
    [InlineData("192.0.2.2-192.0.2.9", "the gateway's own address")]
    [InlineData("198.51.100.1", "is not within the uplink subnet 192.0.2.0/24")]
    public void Against_PoolThatDoesNotFit_IsRefused(string pool, string expected)
    {
        var result = ConfigurationFile.Parse(Good.Replace("192.0.2.50-192.0.2.99", pool, StringComparison.Ordinal), "f");
        Assert.Contains(ConfigurationCheck.Against(result, Ipv4Network.Parse("192.0.2.2/24"), Ipv4Address.Parse("192.0.2.1")), e => e.Text.Contains(expected, StringComparison.Ordinal));
    }
}
