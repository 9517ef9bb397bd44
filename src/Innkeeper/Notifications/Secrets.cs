using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>Reads passwords and secrets from their sources, each time again.</summary>
internal static class Secrets
{
    private const int Longest = 4096;

    /// <summary>The secret, without the line end that editors add.</summary>
    /// <exception cref="SecretException">It is missing, or invalid.</exception>
    public static string Read(SecretSource source)
    {
        if (source.File is { } file)
        {
            try
            {
                var text = Encoding.UTF8.GetString(BoundedFile.Read(file, Longest)).TrimEnd('\r', '\n');
                return text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
                    ? text
                    : throw new SecretException($"{file} holds no secret of 1 to {Longest} octets");
            }
            catch (FileTooLargeException)
            {
                throw new SecretException($"{file} holds no secret of 1 to {Longest} octets");
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

/// <summary>A secret is not available; the message gives the reason, never the secret.</summary>
internal sealed class SecretException(string message, Exception? inner = null) : Exception(message, inner);
