namespace Innkeeper.Lab;

/// <summary>The lab could not do what it was asked; the message is for the reader of a test's failure.</summary>
internal sealed class LabException(string message) : Exception(message);
