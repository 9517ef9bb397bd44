using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Innkeeper.Accounts;

/// <summary>Values that only their owner knows: made at random, shown once, kept as SHA-256. They are as long as a key: a slow hash would add nothing.</summary>
internal static class SecretText
{
    /// <summary>API tokens begin with it, so that scanners for secrets find one in a file.</summary>
    public const string TokenPrefix = "ik_";

    /// <summary>Longer values that clients send are no secrets of ours, and are not hashed.</summary>
    private const int Longest = 128;

    /// <summary>Characters of a token without prefix and check character: 43 digits of base 62 are 256 bits.</summary>
    private const int TokenDigits = 43;

    /// <summary>22 digits of base 62 are 130 bits.</summary>
    private const int CodeDigits = 22;

    private const int IdOctets = 32;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>"ik_", 256 random bits in base 62, and a check character.</summary>
    public static string NewToken()
    {
        var value = RandomNumberGenerator.GetString(Digits, TokenDigits);
        return $"{TokenPrefix}{value}{CheckOf(value)}";
    }

    /// <summary>A session's identifier: 256 random bits in base64url.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdOctets));

    /// <summary>A one-time code of 130 random bits.</summary>
    public static string NewCode() => RandomNumberGenerator.GetString(Digits, CodeDigits);

    /// <summary>Whether a value has the form of a token, and its check character fits: a mistyped one needs no look-up.</summary>
    public static bool IsToken(string? value) =>
        value is not null && value.Length == TokenPrefix.Length + TokenDigits + 1 && value.StartsWith(TokenPrefix, StringComparison.Ordinal)
        && value[TokenPrefix.Length..].All(char.IsAsciiLetterOrDigit) && CheckOf(value[TokenPrefix.Length..^1]) == value[^1];

    /// <summary>The hash by which a value is kept, as 64 hexadecimal digits; null: the value is no secret of ours.</summary>
    public static string? HashOf(string? value) => value is { Length: > 0 and <= Longest } ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value))) : null;

    /// <summary>A value that only the owner of a session's identifier can have: its HMAC (RFC 2104) over a fixed text.</summary>
    public static string CsrfOf(string id) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(id), "X-Innkeeper-Request"u8));

    /// <summary>Compares in a time that does not depend on where the values differ.</summary>
    public static bool AreEqual(string one, string other) => CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    /// <summary>Luhn's check to base 62: it finds every single wrong character, and nearly every swap of two neighbours.</summary>
    private static char CheckOf(string value)
    {
        var (sum, factor) = (0, 2);
        for (var i = value.Length - 1; i >= 0; i--)
        {
            var addend = factor * Digits.IndexOf(value[i], StringComparison.Ordinal);
            sum += (addend / Digits.Length) + (addend % Digits.Length);
            factor = 3 - factor;
        }

        return Digits[(Digits.Length - (sum % Digits.Length)) % Digits.Length];
    }
}
