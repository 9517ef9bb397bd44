using System.Net;
using System.Net.Sockets;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Links;

/// <summary>Which ports the services of this host have.</summary>
public sealed class HostSocketsTests
{
    private const string Head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    [Theory]
    [InlineData("   0: 0200007F:1F90 00000000:0000 0A 00000000:00000000", IpProtocol.Tcp, "127.0.0.2", 8080)]
    [InlineData("   0: 00000000:0050 00000000:0000 0A 00000000:00000000", IpProtocol.Tcp, "0.0.0.0", 80)]
    [InlineData("   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0", IpProtocol.Tcp, "0.0.0.0", 80)]
    [InlineData("   0: 0000000000000000FFFF00000200007F:0050 00000000000000000000000000000000:0000 0A 0:0", IpProtocol.Tcp, "127.0.0.2", 80)]
    [InlineData("   0: 0200007F:0035 00000000:0000 07 00000000:00000000", IpProtocol.Udp, "127.0.0.2", 53)]
    public void Parse_ASocketThatListens_IsItsAddressAndPort(string line, byte protocol, string address, ushort port) =>
        Assert.Equal(new HostSocket(protocol, Ipv4Address.Parse(address), port), Assert.Single(HostSockets.Parse(Head + line + "\n", protocol)));

    [Theory]
    [InlineData("   0: 0200007F:1F90 0100007F:0016 01 00000000:00000000", IpProtocol.Tcp)]
    [InlineData("   0: 0200007F:1F90 0100007F:0016 01 00000000:00000000", IpProtocol.Udp)]
    [InlineData("   0: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0", IpProtocol.Tcp)]
    [InlineData("   0: 0200007F 00000000:0000 0A", IpProtocol.Tcp)]
    [InlineData("   0: zz00007F:0050 00000000:0000 0A", IpProtocol.Tcp)]
    [InlineData("", IpProtocol.Tcp)]
    public void Parse_AnythingElse_IsNone(string line, byte protocol) => Assert.Empty(HostSockets.Parse(Head + line + "\n", protocol));

    [Fact]
    public void Read_ThisHost_HasASocketOfThisTest()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Contains(new HostSocket(IpProtocol.Tcp, Ipv4Address.Parse("127.0.0.1"), (ushort)((IPEndPoint)listener.LocalEndpoint).Port), HostSockets.Read());
    }
}
