using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Storage;

/// <summary>The way a message goes. The numbers stand in the database: append only.</summary>
internal enum OutboxChannel
{
    Mail = 0,
    Webhook = 1,
}

/// <summary>What became of a message. The numbers stand in the database: append only.</summary>
internal enum OutboxMessageState
{
    /// <summary>It is to be sent, at once or again.</summary>
    Waiting = 0,

    /// <summary>It was taken.</summary>
    Sent = 1,

    /// <summary>It was refused, or nobody took it for too long.</summary>
    Dead = 2,
}

/// <summary>A message of the outbox.</summary>
/// <param name="Id">Counts up in its channel.</param>
/// <param name="Content">What it is composed of at each attempt: a notice in JSON.</param>
/// <param name="NextTry">Not before then.</param>
/// <param name="Answer">What the other side said last, or why it said nothing; empty before the first attempt.</param>
/// <param name="Settled">Recipients who need it no more, with blanks between them: those who took it or refused it for good.</param>
internal sealed record OutboxMessage(
    OutboxChannel Channel, long Id, DateTimeOffset Created, string Kind, string Content, int Attempts, DateTimeOffset NextTry, OutboxMessageState State, string Answer, string Settled);

/// <summary>How many messages a channel has had lately, and what its digest has gathered, in JSON.</summary>
internal sealed record StoredPacing(OutboxChannel Channel, string Content);

/// <summary>All that the notifications keep.</summary>
/// <param name="NotifiedDevices">Devices that were told of, the longest known first.</param>
internal sealed record StoredNotifications(ImmutableArray<OutboxMessage> Letters, ImmutableArray<StoredPacing> Pacings, ImmutableArray<MacAddress> NotifiedDevices);

/// <summary>A change of what the notifications keep.</summary>
internal abstract record OutboxChange : PendingWrite
{
    internal abstract WriteKey Key { get; }

    internal override PendingWrite MergeWith(PendingWrite later) => later;
}

internal sealed record SaveMessage(OutboxMessage Letter) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.OutboxMessages, 0, (ushort)Letter.Channel, (ulong)Letter.Id);
}

internal sealed record ForgetMessage(OutboxChannel Channel, long Id) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.OutboxMessages, 0, (ushort)Channel, (ulong)Id);
}

internal sealed record SavePacing(StoredPacing NotificationThrottle) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.Throttles, 0, (ushort)NotificationThrottle.Channel, 0);
}

internal sealed record SaveAnnounced(MacAddress Mac, DateTimeOffset Time) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.NotifiedDevices, Mac.Value, 0, 0);
}

internal sealed record ForgetAnnounced(MacAddress Mac) : OutboxChange
{
    internal override WriteKey Key => new(WriteTable.NotifiedDevices, Mac.Value, 0, 0);
}
