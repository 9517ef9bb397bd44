using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.Simulation.World;

/// <summary>One seed's gateway: what does not change while it runs.</summary>
/// <param name="Capacity">Slots of the data plane's bindings.</param>
/// <param name="Blocked">Places in its list of blocked stations.</param>
/// <param name="Devices">About how many devices there are at once.</param>
/// <param name="Loss">How many of a wire's frames are lost in bad times.</param>
internal sealed record Scenario(bool IsOneArmed, uint Capacity, int Blocked, int Ring, int Devices, int Steps, double Loss, TimeSpan PortLifetime)
{
    /// <summary>Most seeds are small, so that many run; some are as large as a hotel.</summary>
    public static Scenario Of(Random random)
    {
        var devices = random.Next(100) switch
        {
            < 60 => random.Next(2, 15),
            < 90 => random.Next(15, 60),
            < 99 => random.Next(60, 250),
            _ => random.Next(1000, 3000),
        };
        return new Scenario(
            IsOneArmed: random.Next(5) == 0,
            Capacity: (uint)random.Next(4) switch { 0 => 8, 1 => 32, 2 => (uint)(devices + 8), _ => (uint)((4 * devices) + 16) },
            Blocked: random.Next(3) == 0 ? 2 : 64,
            Ring: random.Next(4) == 0 ? 8 : 4096,
            devices,
            Steps: random.Next(100, 400),
            Loss: random.Next(3) == 0 ? 0 : random.NextDouble() * 0.25,
            PortLifetime: TimeSpan.FromSeconds(random.Next(2) == 0 ? 30 : 300));
    }
}

/// <summary>A configuration, as an administrator may write it; the next may have another pool, other profiles, VLANs and ways of sharing.</summary>
internal sealed record Settings(string Text, InnkeeperConfig Config)
{
    /// <summary>The uplink LAN and the gateway's first address there.</summary>
    public static readonly Ipv4Network UplinkNetwork = Ipv4Network.Parse("137.118.192.2/20");
    public static readonly Ipv4Network SecondNetwork = Ipv4Network.Parse("198.51.100.2/24");
    public static readonly Ipv4Address SecondRouter = Ipv4Address.Parse("198.51.100.1");

    /// <summary>Settings that an administrator could start: those that contradict themselves are drawn again.</summary>
    public static Settings Of(Random random, bool isOneArmed, int devices)
    {
        while (true)
        {
            var text = TextOf(random, isOneArmed, devices);
            if (ConfigurationFile.Parse(text, "simulation").Config is { } config)
            {
                return new Settings(text, config);
            }
        }
    }

    private static string TextOf(Random random, bool isOneArmed, int devices)
    {
        var text = new StringBuilder();
        var vlans = isOneArmed ? "" : random.Next(3) switch { 0 => "", 1 => "10", _ => "10, 20" };
        text.AppendLine(isOneArmed ? "access.interface = \"lan\"\nuplink.interface = \"lan\"" : $"access.interface = \"access\"\naccess.vlans = [{vlans}]\nuplink.interface = \"uplink\"");
        var hasPool = random.Next(5) > 0;
        var isLegalDhcp = false;
        text.AppendLine("[pool]");
        text.AppendLine($"idle = \"{random.Next(1, 30)}m\"");
        text.AppendLine(hasPool ? $"addresses = [\"{PoolOf(random, devices)}\"]" : "addresses = []");
        text.AppendLine("[napt]");
        var shares = random.Next(3);
        text.AppendLine($"enabled = {(shares > 0 ? "true" : "false")}");
        if (shares == 2)
        {
            var first = random.Next(3);
            text.AppendLine($"addresses = [\"137.118.200.{10 + first}-137.118.200.{10 + first + random.Next(14)}\"]");
        }

        if (random.Next(4) == 0)
        {
            text.AppendLine("block = 128");
        }

        if (!isOneArmed)
        {
            isLegalDhcp = hasPool && random.Next(4) == 0;
            text.AppendLine("[dhcp]");
            text.AppendLine($"enabled = {(random.Next(5) == 0 ? "false" : "true")}");
            text.AppendLine(isLegalDhcp ? "addresses = \"legal\"" : $"network = \"10.203.0.0/{(random.Next(2) == 0 ? 28 : 24)}\"");
            text.AppendLine($"lease = \"{random.Next(2, 60)}m\"");
        }

        AppendProfiles(text, random, hasSecond: !isOneArmed && random.Next(3) == 0, vlans);
        return text.ToString();
    }

    /// <summary>As <see cref="Hosting.DhcpPlan"/> makes them of the configuration and the interfaces.</summary>
    public DhcpSettings? DhcpOn(Ipv4Network uplink, Ipv4Address? router)
    {
        if (!Config.Dhcp.Enabled || Config.IsOneArmed)
        {
            return null;
        }

        var settings = Config.Dhcp.LeasesLegal
            ? new DhcpSettings(uplink.Address, uplink) { Router = router ?? uplink.Address, LeasesLegal = true }
            : DhcpSettings.Of(Config.Dhcp.Network!.Value);
        return settings with { Lease = Config.Dhcp.Lease, RandomisedLease = Config.Dhcp.RandomisedLease < Config.Dhcp.Lease ? Config.Dhcp.RandomisedLease : Config.Dhcp.Lease };
    }

    private static string PoolOf(Random random, int devices)
    {
        var size = random.Next(6) switch { 0 => 1, 1 => 2, 2 => 5, 3 => 12, 4 => Math.Clamp(devices, 1, 700), _ => Math.Clamp(2 * devices, 2, 700) };
        var first = Ipv4Address.Parse("137.118.196.10").Value + (uint)random.Next(20);
        return $"{new Ipv4Address(first)}-{new Ipv4Address(first + (uint)size - 1)}";
    }

    private static void AppendProfiles(StringBuilder text, Random random, bool hasSecond, string vlans)
    {
        var way = hasSecond && random.Next(2) == 0 ? "second" : "main";
        text.AppendLine("[profiles.default]");
        AppendProfile(text, random, way, hasSecond);
        text.AppendLine("[profiles.guests]");
        AppendProfile(text, random, hasSecond ? "second" : "main", hasSecond);
        if (random.Next(2) == 0)
        {
            text.AppendLine("[[rules]]\nprofile = \"guests\"");
            text.AppendLine(random.Next(4) switch
            {
                0 => "uses = \"static\"",
                1 => "uses = \"dhcp\"",
                2 when vlans.Length > 0 => "vlan = 10",
                _ => "hours = \"12:00-12:30\"",
            });
        }

        if (hasSecond)
        {
            text.AppendLine($"[gateways.second]\nnext_hop = \"{SecondRouter}\"\ninterface = \"second\"\naddress = \"{SecondNetwork}\"");
            if (random.Next(4) > 0)
            {
                text.AppendLine($"pool = [\"198.51.100.10-198.51.100.{10 + random.Next(30)}\"]");
            }

            if (random.Next(3) == 0)
            {
                text.AppendLine("shared = [\"198.51.100.100-198.51.100.102\"]");
            }
        }
    }

    private static void AppendProfile(StringBuilder text, Random random, string way, bool hasSecond)
    {
        text.AppendLine($"addresses = {random.Next(1, 5)}");
        text.AppendLine($"admission = \"{(random.Next(4) == 0 ? "approve" : "auto")}\"");
        text.AppendLine($"legal = \"{random.Next(6) switch { 0 => "shared", 1 => "own-only", _ => "own" }}\"");
        text.AppendLine($"inbound = {(random.Next(2) == 0 ? "true" : "false")}");
        text.AppendLine($"isolate = {(random.Next(4) == 0 ? "true" : "false")}");
        if (random.Next(4) == 0)
        {
            text.AppendLine("lifetime = \"20m\"");
        }

        // Drawn from the text, so that the numbers that a kept seed draws stay the same.
        text.AppendLine($"rate_in = \"20M\"\nlimits_per = \"{(text.Length % 4) switch { 0 => "device", 1 => "vlan", _ => "tag" }}\"");
        text.AppendLine($"gateway = \"{way}\"");
        if (hasSecond && random.Next(2) == 0)
        {
            text.AppendLine($"fallback = \"{(way == "main" ? "second" : "main")}\"");
        }
    }
}
