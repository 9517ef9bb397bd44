using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

/// <summary>Values that the tests of several formats share.</summary>
internal static class WireSamples
{
    public static readonly MacAddress MacA = MacAddress.Parse("02:00:00:00:00:0a");
    public static readonly MacAddress MacB = MacAddress.Parse("02:00:00:00:00:0b");
    public static readonly Ipv4Address IpA = Ipv4Address.Parse("192.0.2.1");
    public static readonly Ipv4Address IpB = Ipv4Address.Parse("198.51.100.2");

    /// <summary>A buffer full of 0xA5, so that an octet which a writer forgot shows.</summary>
    public static byte[] Dirty(int length)
    {
        var buffer = new byte[length];
        buffer.AsSpan().Fill(0xA5);
        return buffer;
    }

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    public static MacAddress Mac(uint high, ushort low) => new(((ulong)high << 16) | low);
}
