namespace Innkeeper.Hosting;

/// <summary>The gateway cannot start; the message is for the administrator.</summary>
internal sealed class StartException(string message) : Exception(message);
