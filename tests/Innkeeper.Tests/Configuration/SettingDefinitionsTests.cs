using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>The bounds of each key's values.</summary>
public sealed class SettingDefinitionsTests
{
    private const string Needed = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n";

    private static InnkeeperConfig? Read(string line)
    {
        var key = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        var others = Needed.Split('\n').Where(l => !l.StartsWith(key, StringComparison.Ordinal));
        return ConfigurationFile.Parse(string.Join('\n', others.Append(line)), "f").Config;
    }

    [Theory]
    [InlineData("access.interface = \"abcdefghijklmno\"")]
    [InlineData("access.vlans = [1, 4094]")]
    [InlineData("access.pass_ethertypes = [\"ipv6\", 0x88cc]")]
    [InlineData("access.pass_ethertypes = [1536, 65535]")]
    [InlineData("access.address = \"192.0.2.0/31\"")]
    [InlineData("access.address = \"198.51.100.255/23\"")]
    [InlineData("access.address = \"198.51.100.7/32\"")]
    [InlineData("access.address = \"169.254.3.7/16\"")]
    [InlineData("pool.addresses = [\"1.0.0.0\", \"126.255.255.255\", \"169.253.255.255\", \"169.255.0.0\", \"223.255.255.255\"]")]
    [InlineData("pool.addresses = [\"198.18.0.0-198.18.255.255\"]")]
    [InlineData("uplink.mtu = 576")]
    [InlineData("uplink.mtu = 65535")]
    [InlineData("pool.idle = \"10s\"")]
    [InlineData("pool.idle = \"30d\"")]
    [InlineData("pool.addresses = [\"192.0.2.1 - 192.0.2.2\", \"192.0.2.3\"]")]
    [InlineData("profiles.default.addresses = 64")]
    [InlineData("inside.network = \"10.0.0.0/8\"")]
    [InlineData("inside.network = \"10.64.0.0/16\"")]
    [InlineData("dataplane.bindings = 16")]
    [InlineData("dataplane.bindings = 65536")]
    [InlineData("napt.enabled = false")]
    [InlineData("napt.addresses = [\"192.0.2.60-192.0.2.75\"]")]
    [InlineData("napt.ports = \"1024-2047\"")]
    [InlineData("napt.ports = \"1024-65535\"")]
    [InlineData("napt.block = 512")]
    [InlineData("napt.ports_per_device = 64")]
    [InlineData("napt.ports_per_device = 4096")]
    [InlineData("napt.ids_per_device = 1")]
    [InlineData("napt.ids_per_device = 4096")]
    [InlineData("napt.new_per_second = 0")]
    [InlineData("napt.udp_timeout = \"1s\"")]
    [InlineData("napt.tcp_timeout = \"30d\"")]
    [InlineData("napt.rest = \"0s\"")]
    [InlineData("napt.refuse_with = \"admin-prohibited\"")]
    [InlineData("napt.log = \"syslog\"")]
    [InlineData("napt.log = \"\"")]
    [InlineData("profiles.default.legal = \"own-only\"")]
    [InlineData("profiles.default.legal = \"shared\"")]
    [InlineData("dataplane.mappings = 1024")]
    [InlineData("dataplane.mappings = 4194304")]
    [InlineData("dns.fallback = \"9.9.9.9:5353\"")]
    [InlineData("dns.private_reverse = \"upstream\"")]
    [InlineData("dhcp.bootp = \"pinned\"")]
    [InlineData("access.former_gateways = [\"00:1b:21:0a:0b:0c\", \"02:00:00:00:00:01\"]")]
    public void Parse_ValueAtItsBound_IsTaken(string line) => Assert.NotNull(Read(line));

    [Theory]
    [InlineData("napt.enabled = \"yes\"")]
    [InlineData("napt.addresses = [\"192.0.2.60-192.0.2.76\"]")]
    [InlineData("napt.addresses = [\"224.0.0.1\"]")]
    [InlineData("napt.ports = \"1024-2046\"")]
    [InlineData("napt.ports = \"1023-9999\"")]
    [InlineData("napt.ports = \"2047-1024\"")]
    [InlineData("napt.ports = \"1024\"")]
    [InlineData("napt.ports = \"1024-65536\"")]
    [InlineData("napt.block = 96")]
    [InlineData("napt.block = 1024")]
    [InlineData("napt.ports_per_device = 63")]
    [InlineData("napt.ports_per_device = 4097")]
    [InlineData("napt.ids_per_device = 0")]
    [InlineData("napt.new_per_second = -1")]
    [InlineData("napt.udp_timeout = \"0s\"")]
    [InlineData("napt.icmp_timeout = 60")]
    [InlineData("napt.tcp_transitory_timeout = \"31d\"")]
    [InlineData("napt.refuse_with = \"drop\"")]
    [InlineData("napt.log = \"mappings.log\"")]
    [InlineData("profiles.default.legal = \"mine\"")]
    [InlineData("dataplane.mappings = 1023")]
    [InlineData("access.interface = \"abcdefghijklmnop\"")]
    [InlineData("access.interface = \"..\"")]
    [InlineData("access.interface = \"eth/0\"")]
    [InlineData("access.interface = \"\"")]
    [InlineData("access.vlans = [0]")]
    [InlineData("access.vlans = [4095]")]
    [InlineData("access.vlans = [10, 20, 10]")]
    [InlineData("access.address = \"192.0.2.0/24\"")]
    [InlineData("access.address = \"192.0.2.255/24\"")]
    [InlineData("access.address = \"127.0.0.1/8\"")]
    [InlineData("uplink.address = \"192.0.2.0/30\"")]
    [InlineData("uplink.address = \"192.0.2.3/30\"")]
    [InlineData("uplink.gateway = \"224.0.0.1\"")]
    [InlineData("uplink.mac = \"00:00:00:00:00:00\"")]
    [InlineData("pool.addresses = [\"127.0.0.1\"]")]
    [InlineData("pool.addresses = [\"0.0.0.1-0.0.0.9\"]")]
    [InlineData("pool.addresses = [\"169.254.255.255-169.255.0.9\"]")]
    [InlineData("pool.addresses = [\"223.255.255.255-224.0.0.1\"]")]
    [InlineData("pool.addresses = [\"255.255.255.255\"]")]
    [InlineData("pool.addresses = [\"198.18.0.0-198.19.0.0\"]")]
    [InlineData("access.vlans = 10")]
    [InlineData("access.vlans = [\"10\"]")]
    [InlineData("access.pass_ethertypes = [0x0800]")]
    [InlineData("access.pass_ethertypes = [0x0806]")]
    [InlineData("access.pass_ethertypes = [0x8100]")]
    [InlineData("access.pass_ethertypes = [0x88a8]")]
    [InlineData("access.pass_ethertypes = [1535]")]
    [InlineData("access.pass_ethertypes = [65536]")]
    [InlineData("access.pass_ethertypes = [2001, 2002, 2003, 2004, 2005, 2006, 2007, 2009, 2010]")]
    [InlineData("uplink.mtu = 65536")]
    [InlineData("uplink.mtu = 1500.0")]
    [InlineData("uplink.mtu = -9223372036854775808")]
    [InlineData("uplink.gateway = \"192.0.2.1/24\"")]
    [InlineData("uplink.address = \"192.0.2.1\"")]
    [InlineData("pool.idle = \"9s\"")]
    [InlineData("pool.idle = \"31d\"")]
    [InlineData("pool.idle = \"99999999d\"")]
    [InlineData("pool.idle = \"m\"")]
    [InlineData("pool.idle = \"-5m\"")]
    [InlineData("pool.addresses = [\"192.0.2.1-192.0.2.5\", \"192.0.2.5\"]")]
    [InlineData("pool.addresses = [\"192.0.2.1-\"]")]
    [InlineData("pool.addresses = [[\"192.0.2.1\"]]")]
    [InlineData("profiles.default.addresses = 0")]
    [InlineData("profiles.default.addresses = 65")]
    [InlineData("inside.network = \"10.0.0.0/7\"")]
    [InlineData("inside.network = \"10.64.0.0/17\"")]
    [InlineData("dataplane.bindings = 15")]
    [InlineData("dataplane.bindings = 65537")]
    [InlineData("control.socket = \"/\"")]
    [InlineData("dns.fallback = \"127.0.0.1\"")]
    [InlineData("dns.fallback = \"0.0.0.0\"")]
    [InlineData("dns.fallback = \"224.0.0.1\"")]
    [InlineData("dns.fallback = \"255.255.255.255\"")]
    [InlineData("dns.fallback = \"::1\"")]
    [InlineData("dns.private_reverse = \"no\"")]
    [InlineData("dhcp.bootp = \"some\"")]
    [InlineData("access.former_gateways = [\"01:00:5e:00:00:01\"]")]
    [InlineData("access.former_gateways = [\"00:00:00:00:00:00\"]")]
    [InlineData("access.former_gateways = [\"here\"]")]
    public void Parse_ValueBeyondItsBound_IsRefused(string line) => Assert.Null(Read(line));

    [Fact]
    public void Parse_EachKeySet_ChangesTheSettings()
    {
        var config = Read("control.socket = \"/x/y\"\npool.idle = \"12h\"\naccess.vlans = [10, 20]\nuplink.mac = \"02:00:00:00:00:01\"\nprofiles.default.isolate = true")!;
        Assert.Equal(("/x/y", TimeSpan.FromHours(12), true), (config.Control.Socket, config.Pool.Idle, config.DefaultProfile.Isolate));
        Assert.Equal([10, 20], config.Access.Vlans);
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:01"), config.Uplink.Mac);
    }

    [Theory]
    [InlineData("0.0.0.0-255.255.255.255", "0.0.0.0/0")]
    [InlineData("255.255.255.254-255.255.255.255", "255.255.255.254/31")]
    [InlineData("10.0.0.1", "10.0.0.1/32")]
    [InlineData("10.0.0.1-10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32")]
    [InlineData("0.0.0.0-0.0.0.2", "0.0.0.0/31 0.0.0.2/32")]
    public void AddressRange_Networks_AreTogetherTheRange(string text, string networks)
    {
        Assert.True(AddressRange.TryParse(text, out var range));
        Assert.Equal(networks, string.Join(' ', range.Networks()));
    }

    [Fact]
    public void AddressRange_WholeSpace_CountsWithoutOverflow()
    {
        Assert.True(AddressRange.TryParse("0.0.0.0-255.255.255.255", out var range));
        Assert.Equal(1L << 32, range.Count);
        Assert.True(AddressRange.TryParse("255.255.255.254-255.255.255.255", out var last));
        Assert.Equal(2, last.Addresses().Count());
        Assert.Equal("255.255.255.254-255.255.255.255", last.ToString());
    }
}
