using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>The guests' router is another one of the same LAN.</summary>
public sealed class SecondRouterFixture() : SecondGatewayFixture(testbed => testbed.AddSecondRouter(), $"""
    next_hop = "{Testbed.SecondRouterAddress}"
    pool = ["137.118.199.161-137.118.199.178"]
    shared = ["137.118.199.180"]
    """);

public sealed class SecondRouterTests(SecondRouterFixture fixture) : SecondGatewayCase(fixture), IClassFixture<SecondRouterFixture>
{
    private protected override string SharedAddress => "137.118.199.180";

    [Fact]
    public void HostOfTheLan_CallsAGuest()
    {
        var guest = AddGuest("neighbour");
        Fetch(guest).AssertOk();
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(guest)).AssertOk();
        AssertMainRouterSawNoGuest();
    }

    /// <summary>In IPv4. ARP for the line's addresses is to all hosts of the LAN, and the main router is one.</summary>
    private protected override bool IsOfTheLine(byte[] frame)
    {
        if (new LanFrame(frame).Type != LanFrame.Ipv4)
        {
            return false;
        }

        for (var at = 0; at + 4 <= frame.Length; at++)
        {
            if (frame[at] == 137 && frame[at + 1] == 118 && frame[at + 2] == 199 && frame[at + 3] is >= 160 and < 192)
            {
                return true;
            }
        }

        return false;
    }
}
