using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>Foreign text made safe to show in a message, cut to a length.</summary>
internal static class Shown
{
    /// <summary>The longest host name: one label of a domain (RFC 1035 section 2.3.4).</summary>
    public const int HostName = 63;

    /// <summary>The longest event text or answer.</summary>
    public const int Sentence = 500;

    /// <param name="most">Maximum number of characters (Unicode scalar values) that are kept.</param>
    public static string Text(string? text, int most) => SafeText.OneLine(text, most);
}
