using System.Text;
using FsCheck.Xunit;
using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;
using Innkeeper.Wire.Discovery;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Discovery;

public sealed class LldpPacketTests
{
    /// <summary>As a camera sends it: scapy's encoder made all but the management address.</summary>
    private static readonly byte[] s_camera = Hex(
        "0207 04 020000000102" + "0409 05 706f72742d303031" + "0602 0014" + "0a08 63616d6572612d37" + "0c14 43616d6572612c206669726d7761726520342e32" + "100c 05 01 c0a80140 02 00000001 00" + "0000");

    [Fact]
    public void TryParse_Camera_Fields()
    {
        Assert.True(LldpPacket.TryParse([.. s_camera, 0xA5, 0xA5], out var packet));
        Assert.Equal((4, 5, 20), (packet.ChassisIdKind, packet.PortIdKind, packet.TimeToLive));
        Assert.Equal(MacAddress.Parse("02:00:00:00:01:02"), MacAddress.Read(packet.ChassisId));
        Assert.Equal("port-001", Encoding.UTF8.GetString(packet.PortId));
        Assert.Equal("camera-7", Encoding.UTF8.GetString(packet.SystemName));
        Assert.Equal("Camera, firmware 4.2", Encoding.UTF8.GetString(packet.SystemDescription));
        Assert.True(packet.PortDescription.IsEmpty);
        Assert.Equal("192.168.1.64", packet.ManagementAddress.ToString());
    }

    [Fact]
    public void TryParse_WithoutEnd_IsTaken() => Assert.True(LldpPacket.TryParse(s_camera.AsSpan(..^2), out _));

    [Theory]
    [InlineData("0409 05 706f72742d303031 0207 04 020000000102 0602 0014 0000")] // the order is wrong
    [InlineData("0207 04 020000000102 0409 05 706f72742d303031 0000")] // no time to live
    [InlineData("0201 04 0409 05 706f72742d303031 0602 0014 0000")] // no identifier behind its kind
    [InlineData("0207 04 020000000102 0409 05 706f72742d303031 0601 14 0000")] // half a time
    public void TryParse_WithoutTheMandatoryFields_IsRefused(string payload) => Assert.False(LldpPacket.TryParse(Hex(payload), out _));

    /// <summary>A cut between two fields leaves a whole row of fewer fields.</summary>
    [Fact]
    public void TryParse_Truncated_IsRefused_OrHasWholeFieldsOnly() => Assert.All(Enumerable.Range(0, s_camera.Length - 2), length =>
    {
        if (LldpPacket.TryParse(s_camera.AsSpan(0, length), out var packet))
        {
            Assert.Contains(Encoding.UTF8.GetString(packet.SystemName), (string[])["", "camera-7"]);
            Assert.Contains(Encoding.UTF8.GetString(packet.SystemDescription), (string[])["", "Camera, firmware 4.2"]);
        }
    });

    [Theory]
    [InlineData("1006 05 01 c0a80140")] // without its interface
    [InlineData("100c 05 02 c0a80140 02 00000001 00")] // another family
    [InlineData("100c 04 01 c0a80140 02 00000001 00")] // a wrong length
    public void ManagementAddress_OfAnotherForm_IsReadOnlyWhereItIsAnAddress(string field)
    {
        Assert.True(LldpPacket.TryParse([.. s_camera.AsSpan(0, 24), .. Hex(field), 0, 0], out var packet));
        Assert.Equal(field.StartsWith("1006", StringComparison.Ordinal) ? "192.168.1.64" : "0.0.0.0", packet.ManagementAddress.ToString());
    }

    [Property(MaxTest = 2000)]
    public void TryParse_AnyOctets_NeverThrows(byte[] octets) => Read([.. Hex("0207 04 020000000102 0409 05 706f72742d303031 0602 0014"), .. octets]);

    [Fact]
    public void TryParse_RealCaptures_HaveNames_AndBrokenOnesNeverThrow()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var named = 0;
        foreach (var record in Directory.EnumerateFiles(folder!, "*.pcap").Where(f => f.Contains("lldp", StringComparison.OrdinalIgnoreCase)).SelectMany(Records))
        {
            named += EthernetPacket.TryParse(record, out var ethernet) && ethernet.EtherType == EtherTypes.Lldp && Read(ethernet.Payload) ? 1 : 0;
        }

        Assert.True(named > 0);
    }

    private static IEnumerable<byte[]> Records(string file)
    {
        try
        {
            return [.. PcapFile.Read(file).Records.Select(r => r.Data)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    /// <returns>It has a name.</returns>
    private static bool Read(ReadOnlySpan<byte> octets)
    {
        if (!LldpPacket.TryParse(octets, out var packet))
        {
            return false;
        }

        _ = (packet.ChassisIdKind, packet.ChassisId.Length, packet.PortIdKind, packet.PortId.Length, packet.TimeToLive, packet.PortDescription.Length, packet.SystemDescription.Length, packet.ManagementAddress);
        return packet.SystemName.Length > 0;
    }
}
