namespace Innkeeper.Storage;

/// <summary>The state cannot be read or kept; the message is a sentence for the administrator.</summary>
internal sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
