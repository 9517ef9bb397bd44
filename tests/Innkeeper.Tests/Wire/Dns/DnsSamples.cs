using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>Messages as they stand on the wire, made by hand; offsets count from the header.</summary>
internal static class DnsSamples
{
    public const string Question = "03777777 074578616d706c65 036f7267 00 0001 0001";

    private const string Opt = "00 0029 04d0 00 00 0000 0000";

    /// <summary>Asks for the address of www.Example.org, with DO and a cookie.</summary>
    public static readonly byte[] Query = WireSamples.Hex(
        "1a2b 0120 0001 0000 0000 0001" + Question + "00 0029 1000 00 00 8000 000c 000a0008 0102030405060708");

    /// <summary>CNAME to web.Example.org with 300 s, at 33; two addresses of it with 60 s, at 51 and 67; OPT at 83.</summary>
    public static readonly byte[] Chain = WireSamples.Hex(
        "1a2b 81a0 0001 0003 0000 0001" + Question
        + "c00c 0005 0001 0000012c 0006 03776562c010"
        + "c02d 0001 0001 0000003c 0004 c0000201"
        + "c02d 0001 0001 0000003c 0004 c0000202" + Opt);

    /// <summary>No such name; the SOA record of Example.org at 33 has 3600 s and a minimum of 300 s; OPT at 77.</summary>
    public static readonly byte[] NameError = WireSamples.Hex(
        "1a2b 8183 0001 0000 0001 0001" + Question
        + "c010 0006 0001 00000e10 0020 026e73c010 04726f6f74c010 00000001 00000e10 00000384 00093a80 0000012c" + Opt);

    /// <summary>As <see cref="Chain"/>, with a signature of the transaction behind the OPT record.</summary>
    public static readonly byte[] Signed = With([.. Chain, .. WireSamples.Hex("00 00fa 00ff 00000000 0003 010203")], 11, 2);

    public static TheoryData<string, byte[]> All => new()
    {
        { "query", Query },
        { "chain", Chain },
        { "name error", NameError },
        { "signed", Signed },
    };

    public static byte[] Name(string text) => DnsName.Parse(text);

    /// <summary>A header with these counts, and what stands behind it in hexadecimal.</summary>
    public static byte[] Message(int questions, int answers, int authorities, int additionals, string rest) =>
        [0x1A, 0x2B, 0x81, 0x80, 0, (byte)questions, 0, (byte)answers, 0, (byte)authorities, 0, (byte)additionals, .. WireSamples.Hex(rest)];

    /// <summary>A copy with one octet changed.</summary>
    public static byte[] With(byte[] message, int offset, byte value)
    {
        byte[] changed = [.. message];
        changed[offset] = value;
        return changed;
    }
}
