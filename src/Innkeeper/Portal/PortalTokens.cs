using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>
/// The hidden field of the page's forms: an HMAC (RFC 2104) over the device and the hour. Another page cannot know it, and a form that was recorded is
/// void for every other device, and after an hour or two for its own.
/// </summary>
/// <param name="key">Of this process.</param>
internal sealed class PortalTokens(byte[] key)
{
    private const int KeyOctets = 32;
    private const int TokenOctets = 18;

    /// <summary>With a key that no other process has.</summary>
    public static PortalTokens Create() => new(RandomNumberGenerator.GetBytes(KeyOctets));

    public string Of(MacAddress mac, ushort vlan, DateTimeOffset now) => Of(mac, vlan, HourOf(now));

    /// <summary>Whether a token was given to this device in this hour or in the one before.</summary>
    public bool IsValid(string? token, MacAddress mac, ushort vlan, DateTimeOffset now) =>
        token is not null && (AreEqual(token, Of(mac, vlan, HourOf(now))) | AreEqual(token, Of(mac, vlan, HourOf(now) - 1)));

    private static long HourOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 3600;

    private static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    private string Of(MacAddress mac, ushort vlan, long hour)
    {
        Span<byte> about = stackalloc byte[18];
        BinaryPrimitives.WriteUInt64BigEndian(about, mac.Value);
        BinaryPrimitives.WriteUInt16BigEndian(about[8..], vlan);
        BinaryPrimitives.WriteInt64BigEndian(about[10..], hour);
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, about).AsSpan(0, TokenOctets));
    }
}
