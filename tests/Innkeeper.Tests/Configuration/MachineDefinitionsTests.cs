using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of a machine, and entries that cannot be.</summary>
public sealed class MachineDefinitionsTests
{
    private const string Head = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\naccess.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.99\"]\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(Head + text, "f").Errors.Select(e => e.ToString())];

    [Fact]
    public void Parse_EachKey_SetsWhatItSays()
    {
        var result = ConfigurationFile.Parse(
            Head + "[[machines]]\nname = \"press-1\"\nmac = \"00:1b:63:84:45:e6\"\nvlan = 7\naddress = \"192.168.0.10\"\noutside = \"137.118.199.60\"\ngateway = \"192.168.0.1\"\ndescription = \"hall 2\"\n", "f");

        Assert.Empty(result.Errors);
        Assert.Equal(
            new MachineConfig
            {
                Name = "press-1",
                Mac = MacAddress.Parse("00:1b:63:84:45:e6"),
                Vlan = 7,
                Address = Ipv4Address.Parse("192.168.0.10"),
                Outside = Ipv4Address.Parse("137.118.199.60"),
                Gateway = Ipv4Address.Parse("192.168.0.1"),
                Description = "hall 2",
            },
            Assert.Single(result.Config!.Machines));
    }

    [Theory]
    [InlineData("name = \"Press 1\"\nvlan = 7\n", "f:6:1: machines[1].name: \"Press 1\" is not valid; give a name of up to 63 small letters")]
    [InlineData("name = \"-p\"\nvlan = 7\n", "machines[1].name: \"-p\" is not valid")]
    [InlineData("vlan = 7\n", "f:5:1: machines[1].name: is missing")]
    [InlineData("name = \"a\"\naddress = \"192.168.0.10\"\n", "machines[1].mac: is missing; give the machine's MAC, or the VLAN")]
    [InlineData("name = \"a\"\nmac = \"01:00:5e:00:00:01\"\naddress = \"192.168.0.10\"\n", "machines[1].mac: \"01:00:5e:00:00:01\" is not valid")]
    [InlineData("name = \"a\"\nvlan = 9\n", "f:7:1: machines[1].vlan: 9 is not served")]
    [InlineData("name = \"a\"\nvlan = 7\naddress = \"127.0.0.1\"\n", "machines[1].address: \"127.0.0.1\" lies in 127.0.0.0/8")]
    [InlineData("name = \"a\"\nvlan = 7\naddress = \"10.0.0.1\"\ngateway = \"10.0.0.1\"\n", "machines[1].gateway: 10.0.0.1 is the machine's own address")]
    [InlineData("name = \"a\"\nvlan = 7\noutside = \"137.118.199.49\"\n", "machines[1].outside: 137.118.199.49 is in no pool")]
    [InlineData("name = \"a\"\nmac = \"00:1b:63:84:45:e6\"\n", "machines[1].address: is missing, and so is outside")]
    public void Check_WhatCannotBe_IsAnErrorAtItsLine(string entry, string error) => Assert.Contains(error, Assert.Single(Errors("[[machines]]\n" + entry)), StringComparison.Ordinal);

    [Theory]
    [InlineData("name = \"a\"\nmac = \"02:00:00:00:00:01\"\naddress = \"10.0.0.1\"\n", "name = \"a\"\nmac = \"02:00:00:00:00:02\"\naddress = \"10.0.0.1\"\n", "f:10:1: machines[2].name: \"a\" is the name of a (machines[1]) too")]
    [InlineData("name = \"a\"\nmac = \"02:00:00:00:00:01\"\naddress = \"10.0.0.1\"\n", "name = \"b\"\nmac = \"02:00:00:00:00:01\"\naddress = \"10.0.0.2\"\n", "machines[2].mac: 02:00:00:00:00:01 is the MAC of a (machines[1]) too")]
    [InlineData("name = \"a\"\nmac = \"02:00:00:00:00:01\"\noutside = \"137.118.199.60\"\n", "name = \"b\"\nmac = \"02:00:00:00:00:02\"\noutside = \"137.118.199.60\"\n", "machines[2].outside: 137.118.199.60 leads to a (machines[1]) already")]
    [InlineData("name = \"a\"\nvlan = 7\naddress = \"10.0.0.1\"\n", "name = \"b\"\nvlan = 7\naddress = \"10.0.0.1\"\n", "machines[2].vlan: a (machines[1]) is the device in VLAN 7 with the address 10.0.0.1 too")]
    public void Check_TwoThatAreInEachOthersWay_IsAnErrorAtTheLater(string one, string other, string error) =>
        Assert.Contains(error, Assert.Single(Errors($"[[machines]]\n{one}[[machines]]\n{other}")), StringComparison.Ordinal);

    [Fact]
    public void Check_TwelveMachinesWithOneAddress_HasNoError() => Assert.Empty(Errors(string.Concat(Enumerable.Range(1, 12).Select(n =>
        $"[[machines]]\nname = \"press-{n}\"\nmac = \"02:00:00:00:00:{n:x2}\"\naddress = \"192.168.0.10\"\noutside = \"137.118.199.{50 + n}\"\n"))));
}
