using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>The uplink has no IPv6, as most sites. Some profiles beside the default one, by MAC.</summary>
public sealed class Ipv6Fixture() : GatewayFixture(Settings)
{
    /// <summary>As installed: the table [ipv6] is not in the file.</summary>
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Vlans = [10], Extra = Profiles };

    internal static GatewaySettings Off { get; } = Settings with { Extra = Profiles + "\n[ipv6]\nmode = \"off\"\n" };

    private const string Profiles = """
        [profiles.asked]
        admission = "approve"

        [profiles.island]
        isolate = true
        inbound = false

        [[rules]]
        profile = "asked"
        mac = "06:a5"

        [[rules]]
        profile = "island"
        mac = "06:a3"
        """;
}
