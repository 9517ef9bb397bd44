using FsCheck.Xunit;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class AnyDnsTests
{
    [Property(MaxTest = 2000)]
    public void Walk_RandomOctets_NeverThrows(byte[] octets) => AnyDns.Walk(octets);

    [Property(MaxTest = 2000)]
    public void Walk_RandomOctetsBehindHeader_NeverThrows(byte questions, byte answers, byte additionals, byte[] octets) =>
        AnyDns.Walk([0, 0, 0x80, 0, 0, (byte)(questions % 2), 0, (byte)(answers % 3), 0, 0, 0, (byte)(additionals % 3), .. octets]);

    [Theory]
    [MemberData(nameof(DnsSamples.All), MemberType = typeof(DnsSamples))]
    public void Walk_EveryOctetChanged_NeverThrows(string name, byte[] message)
    {
        var taken = 0;
        for (var at = 0; at < message.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                taken += AnyDns.Walk(DnsSamples.With(message, at, (byte)value)) ? 1 : 0;
            }
        }

        // IDs, flags, letters and data may be anything.
        Assert.True(taken > 10 * 256, $"{name}: {taken} taken");
    }

    [Theory]
    [MemberData(nameof(DnsSamples.All), MemberType = typeof(DnsSamples))]
    public void Walk_SeveralOctetsChanged_NeverThrows(string name, byte[] message)
    {
        var random = new Random(20348);
        var taken = 0;
        for (var round = 0; round < 5000; round++)
        {
            byte[] changed = [.. message];
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                // Pointers, long lengths and small numbers break more than chance does.
                changed[random.Next(4, changed.Length)] = random.Next(3) switch
                {
                    0 => 0xC0,
                    1 => (byte)random.Next(64),
                    _ => (byte)random.Next(256),
                };
            }

            taken += AnyDns.Walk(changed) ? 1 : 0;
        }

        Assert.True(taken > 50, $"{name}: {taken} taken");
    }

    [Fact]
    public void Walk_CountsWithoutRecords_RefusedAtOnce()
    {
        var octets = new byte[DnsMessage.MaxSize];
        octets.AsSpan(4, 8).Fill(0xFF);
        Assert.False(DnsMessage.TryParse(octets, out _));
    }
}
