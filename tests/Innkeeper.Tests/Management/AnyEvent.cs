using Innkeeper.Events;

namespace Innkeeper.Tests.Management;

/// <summary>An event of any kind, with any text: for tests of what carries events.</summary>
internal sealed record AnyEvent(string AnyKind) : GatewayEvent(AnyKind);

internal static class AnyEvents
{
    public static void Add(this EventLog log, string kind, string text) => log.Add(new AnyEvent(kind), text);
}
