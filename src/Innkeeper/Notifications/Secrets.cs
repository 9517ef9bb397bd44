using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>Reads passwords and secrets from where they stand, each time anew.</summary>
internal static class Secrets
{
    private const int Longest = 4096;

    /// <summary>The secret, without the line's end that editors put there.</summary>
    /// <exception cref="SecretException">It is not there, or is none.</exception>
    public static string Read(SecretSource source)
    {
        if (source.File is { } file)
        {
            try
            {
                using var stream = File.OpenRead(file);
                var octets = new byte[Longest + 1];
                var length = stream.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
                var text = Encoding.UTF8.GetString(octets, 0, length).TrimEnd('\r', '\n');
                return text.Length > 0 && length <= Longest && !text.Contains('\0', StringComparison.Ordinal)
                    ? text
                    : throw new SecretException($"{file} holds no secret of 1 to {Longest} octets");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SecretException($"{file} cannot be read: {SafeText.OneLine(error.Message)}", error);
            }
        }

        return Environment.GetEnvironmentVariable(source.Variable!) is { Length: > 0 } value
            ? value
            : throw new SecretException($"the environment variable {source.Variable} is not set");
    }
}

/// <summary>A secret cannot be had; the message says why, never what it is.</summary>
internal sealed class SecretException(string message, Exception? inner = null) : Exception(message, inner);
