using System.Text;
using Innkeeper.Management;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Innkeeper.Accounts;

/// <summary>How a password compares with its hash.</summary>
internal enum PasswordResult
{
    Wrong,
    Right,

    /// <summary>It is right, and its hash is of an earlier kind: make it again.</summary>
    RightButOld,
}

/// <summary>The rule for passwords, and their hashes by ASP.NET Core Identity (PBKDF2 with HMAC-SHA-512, RFC 8018 section 5.2). One thread hashes.</summary>
/// <param name="iterations">Of PBKDF2: a processor's time for each guess.</param>
internal sealed class Passwords(int iterations = Passwords.Iterations)
{
    /// <summary>OWASP's advice for this hash.</summary>
    internal const int Iterations = 210_000;

    internal const int LeastCharacters = 10;

    internal const int MostOctets = 256;

    /// <summary>The commonest, and what people put a number behind. The number does not count: "Password2026!" is "password".</summary>
    private static readonly HashSet<string> s_common = new(StringComparer.OrdinalIgnoreCase)
    {
        "0000000000", "0123456789", "0987654321", "1111111111", "1212121212", "123456789", "1234567890", "12345678910", "123456789012", "1234512345", "9876543210",
        "a", "aaaaaaaaaa", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghij", "abcdefghijk", "admin", "adminadmin", "administrator", "adminpass",
        "adminpassword", "asdf", "asdfasdf", "asdfgh", "asdfghjkl", "asdfghjklo", "azerty", "azertyuiop", "baseball", "changeit", "changeme", "changemenow", "computer", "default",
        "defaultpassword", "dragon", "football", "gateway", "guest", "guestguest", "hallo", "hello", "helloworld", "iloveyou", "iloveyousomuch", "innkeeper", "innkeeperadmin", "internet",
        "letmein", "letmeinnow", "liverpool", "login", "manager", "master", "michael", "monkey", "mypassword", "network", "operator", "p@ssw0rd", "p@ssword", "pass", "passpass", "passw0rd",
        "password", "passwordpassword", "passwort", "princess", "q1w2e3r4t", "q1w2e3r4t5y", "qazwsx", "qazwsxedc", "qwer", "qwert", "qwerty", "qwertyqwerty", "qwertyui", "qwertyuiop",
        "qwertz", "qwertzuiop", "reception", "root", "rootroot", "secret", "secretpassword", "starwars", "sunshine", "superman", "superuser", "supervisor", "sysadmin", "system", "test",
        "testtest", "unknown", "user", "welcome", "welcomehome", "whatever", "zxcvbnm", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qaz2wsx", "123qwe", "123qweasd", "123qweasdzxc",
    };

    private readonly PasswordHasher<string> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));
    private string? _dummy;

    /// <summary>The fault of a new password; null: it is good. No kind of character is demanded: length is what counts (NIST SP 800-63B section 5.1.1).</summary>
    public static Invalid? Check(string? password, string user)
    {
        var stem = password?.TrimEnd([.. "0123456789!?.,*#$+-_@ "]) ?? "";
        var isLong = password is not null && password.EnumerateRunes().Count() >= LeastCharacters && Encoding.UTF8.GetByteCount(password) <= MostOctets;
        return !isLong ? new Invalid("password", password is null ? null : "it", $"at least {LeastCharacters} characters and at most {MostOctets} octets")
            : s_common.Contains(stem) || s_common.Contains(password!) ? new Invalid("password", "it", "one that is not among the commonest: three or four words in a row are good and easy to keep")
            : string.Equals(stem, user, StringComparison.OrdinalIgnoreCase) || string.Equals(password, user, StringComparison.OrdinalIgnoreCase) ? new Invalid("password", "it", "one that is not the user's name")
            : null;
    }

    /// <summary>Takes a processor for a tenth of a second or more.</summary>
    public string Hash(string password) => _hasher.HashPassword("", password);

    /// <summary>Takes the same time for a user that does not exist.</summary>
    /// <param name="hash">Null: there is no such user.</param>
    public PasswordResult Verify(string? hash, string password)
    {
        // Made by whichever comes first, so that its time tells nothing.
        _dummy ??= Hash("no password has this hash");
        try
        {
            var result = _hasher.VerifyHashedPassword("", hash ?? _dummy, password);
            return hash is null ? PasswordResult.Wrong : result switch
            {
                PasswordVerificationResult.Success => PasswordResult.Right,
                PasswordVerificationResult.SuccessRehashNeeded => PasswordResult.RightButOld,
                _ => PasswordResult.Wrong,
            };
        }
        catch (FormatException)
        {
            // The row was changed by another program.
            return PasswordResult.Wrong;
        }
    }
}
