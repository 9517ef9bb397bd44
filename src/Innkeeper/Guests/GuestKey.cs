using System.Security.Cryptography;
using System.Text;
using Innkeeper.Storage;

namespace Innkeeper.Guests;

/// <summary>
/// The key of the codes' hashes, in a file of its own beside the database: each without the other tells no code (decision 24). A code is short
/// enough to be typed, so that a hash without a key could be searched for.
/// </summary>
internal sealed class GuestKey
{
    internal const string FileName = "guests.key";

    private const int KeyOctets = 32;

    /// <summary>Octets of a hash that are kept: 128 bits.</summary>
    private const int HashOctets = 16;

    private readonly byte[] _key;

    /// <param name="key">32 random octets.</param>
    public GuestKey(byte[] key) => _key = key;

    /// <summary>Reads the key of a directory, or makes one.</summary>
    /// <param name="isNew">There was none: codes that were made before are void.</param>
    /// <exception cref="StorageException">The file cannot be used.</exception>
    public static GuestKey Open(string directory, out bool isNew)
    {
        var path = Path.Combine(Path.GetFullPath(directory), FileName);
        isNew = false;
        try
        {
            StateFiles.CreateDirectory(directory);
            if (File.Exists(path))
            {
                StateFiles.MakePrivate(path);
                var octets = File.ReadAllBytes(path);
                return octets.Length == KeyOctets ? new GuestKey(octets) : throw new StorageException($"{path} is no key: it has {octets.Length} octets, and a key has {KeyOctets}");
            }

            var key = RandomNumberGenerator.GetBytes(KeyOctets);
            StateFiles.Replace(path, key);
            isNew = true;
            return new GuestKey(key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"Cannot use {path}: {error.Message}", error);
        }
    }

    /// <summary>The hash by which a code is kept (HMAC-SHA-256, RFC 2104, cut to 128 bits), in hexadecimal digits.</summary>
    /// <param name="code">As <see cref="GuestCode.Read"/> returns it.</param>
    public string HashOf(string code) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(code)).AsSpan(0, HashOctets));
}
