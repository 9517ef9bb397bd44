using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What clients send.</summary>
internal static class Queries
{
    /// <param name="edns">The most octets that the client takes by UDP; 0: it knows no EDNS.</param>
    public static byte[] For(
        string name,
        DnsType type = DnsType.A,
        ushort id = 0x1234,
        DnsBits flags = DnsBits.RecursionDesired,
        ushort edns = 0,
        bool dnssecOk = false,
        DnsClass @class = DnsClass.In,
        DnsOpcode opcode = DnsOpcode.Query)
    {
        var room = new byte[512];
        Assert.True(DnsWriter.TryBegin(room, new DnsHeader(id, flags, opcode, DnsResponseCode.NoError), out var writer));
        Assert.True(writer.TryAddQuestion(DnsName.Parse(name), type, @class));
        if (edns > 0)
        {
            Assert.True(writer.TryAddEdns(edns, dnssecOk, []));
        }

        return room[..writer.Length];
    }

    /// <summary>A copy with another word of 16 bits at an offset.</summary>
    public static byte[] With(byte[] message, int offset, ushort word)
    {
        byte[] changed = [.. message];
        (changed[offset], changed[offset + 1]) = ((byte)(word >> 8), (byte)word);
        return changed;
    }
}
