using System.Security.Cryptography;
using System.Text;

namespace Innkeeper.Guests;

/// <summary>
/// Codes that guests type: random characters that are not mistaken for each other, and a check character. No I/O, clock or log.
/// </summary>
/// <remarks>
/// The alphabet has a prime number of characters, 29. The sum of the characters' numbers, each times its place from the right, is a multiple of
/// 29, as with ISBN-10: as no code is longer than 28, that finds every single wrong character and every swap of two.
/// </remarks>
internal static class GuestCode
{
    /// <summary>Without 0 and O, 1, I and L, U and V.</summary>
    public const string Alphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ";

    /// <summary>Random characters at least.</summary>
    public const int Shortest = 6;

    /// <summary>Random characters if nothing is said.</summary>
    public const int Usual = 8;

    /// <summary>Random characters at most.</summary>
    public const int Longest = 16;

    /// <summary>Characters of a code that the owner chose, at least.</summary>
    public const int ShortestOwn = 6;

    /// <summary>Characters of a code that the owner chose, at most.</summary>
    public const int LongestOwn = 32;

    /// <summary>Characters that a guest may type, with spaces and dashes.</summary>
    private const int LongestTyped = 64;

    /// <summary>A new code.</summary>
    /// <param name="length">Its random characters; the check character comes behind them.</param>
    public static string New(int length)
    {
        var random = RandomNumberGenerator.GetString(Alphabet, length);
        return random + CheckOf(random);
    }

    /// <summary>The text that a guest typed, in capitals and without spaces and dashes; null: no code can be meant.</summary>
    public static string? Read(string? typed)
    {
        if (typed is not { Length: > 0 and <= LongestTyped })
        {
            return null;
        }

        var code = new StringBuilder(typed.Length);
        foreach (var c in typed)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                code.Append(char.ToUpperInvariant(c));
            }
            else if (!char.IsWhiteSpace(c) && !char.IsPunctuation(c))
            {
                return null;
            }
        }

        return code.Length is > 0 and <= LongestOwn ? code.ToString() : null;
    }

    /// <summary>Whether a code was made here: its check character fits. One that was mistyped does not.</summary>
    /// <param name="code">As <see cref="Read"/> returns it.</param>
    public static bool IsWhole(string code) =>
        code.Length is > Shortest and <= Longest + 1 && code.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) && CheckOf(code.AsSpan(0, code.Length - 1)) == code[^1];

    /// <summary>Whether the owner may choose it as a room's code.</summary>
    /// <param name="code">As <see cref="Read"/> returns it.</param>
    public static bool IsChoosable(string? code) => code is { Length: >= ShortestOwn and <= LongestOwn };

    /// <summary>In groups, as it is printed: "7KM-Q2X-9RW".</summary>
    public static string Group(string code) => string.Join('-', code.Chunk(code.Length % 3 == 0 ? 3 : 4).Select(group => new string(group)));

    private static char CheckOf(ReadOnlySpan<char> random)
    {
        var sum = 0;
        for (var place = 2; place <= random.Length + 1; place++)
        {
            sum += place * Alphabet.IndexOf(random[random.Length + 1 - place], StringComparison.Ordinal);
        }

        return Alphabet[(Alphabet.Length - (sum % Alphabet.Length)) % Alphabet.Length];
    }
}
