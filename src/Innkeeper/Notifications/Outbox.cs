using System.Collections.Immutable;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>
/// The messages of a channel that wait, and the last of those that do not. The outbox itself is valid; the database is
/// written behind, and while it cannot be, the outbox works on without. Calls may come from any thread.
/// </summary>
/// <param name="stored">The channel's messages from an earlier run, by their numbers.</param>
/// <param name="save">Takes changes for the database; does not wait.</param>
internal sealed class Outbox(OutboxChannel channel, IEnumerable<OutboxMessage> stored, Action<OutboxChange> save)
{
    /// <summary>Maximum number of waiting messages.</summary>
    public const int Bound = 1_000;

    /// <summary>Messages that are kept after they are sent or dead, for the administrator to look at.</summary>
    public const int Kept = 100;

    /// <summary>Longer than any wait between attempts: a time further off comes from a clock that was set back.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(2);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, OutboxMessage> _messages = new(stored.ToDictionary(l => l.Id));

    /// <summary>The largest number so far: a deleted message's is not given again while an attempt for it may be under way.</summary>
    private long _last = stored.Select(l => l.Id).DefaultIfEmpty(0).Max();

    /// <summary>A report of the outbox.</summary>
    public OutboxState State
    {
        get
        {
            lock (_lock)
            {
                return new OutboxState(
                    _messages.Values.Count(IsWaiting), _messages.Values.Count(l => l.State == OutboxMessageState.Sent), _messages.Values.Count(l => l.State == OutboxMessageState.Dead));
            }
        }
    }

    /// <summary>All messages, by their numbers.</summary>
    public IReadOnlyList<OutboxMessage> Messages
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages.Values];
            }
        }
    }

    /// <summary>Whether another message may be added.</summary>
    public bool HasRoom => State.Waiting < Bound;

    /// <summary>False when there are too many already.</summary>
    public bool TryAdd(Notification notification, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!HasRoom)
            {
                return false;
            }

            Put(new OutboxMessage(channel, ++_last, now, notification.Kind, notification.ToJson(), 0, now, OutboxMessageState.Waiting, "", ""));
            return true;
        }
    }

    /// <summary>Has all messages written again.</summary>
    public void SaveAll()
    {
        lock (_lock)
        {
            foreach (var message in _messages.Values)
            {
                save(new SaveMessage(message));
            }
        }
    }

    /// <summary>Has a message sent at once that waits or was given up.</summary>
    /// <returns>False: there is no such message.</returns>
    public bool Retry(long id, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_messages.TryGetValue(id, out var message) || message.State == OutboxMessageState.Sent)
            {
                return false;
            }

            Put(message with { State = OutboxMessageState.Waiting, NextTry = now });
            return true;
        }
    }

    /// <summary>Deletes a message; an attempt that is under way goes on.</summary>
    /// <returns>False: there is no such message.</returns>
    public bool Remove(long id)
    {
        lock (_lock)
        {
            if (!_messages.Remove(id))
            {
                return false;
            }

            save(new ForgetMessage(channel, id));
            return true;
        }
    }

    /// <summary>Deletes messages, whether they wait or not.</summary>
    public void RemoveAll(Func<OutboxMessage, bool> isRemoved)
    {
        foreach (var message in Messages.Where(isRemoved))
        {
            Remove(message.Id);
        }
    }

    /// <summary>Deletes messages that were sent or given up, and were made before a time.</summary>
    public void DeleteDone(DateTimeOffset before) => RemoveAll(m => !IsWaiting(m) && m.Created < before);

    /// <summary>The first message whose time has come, or null and the time to wait.</summary>
    public OutboxMessage? Next(DateTimeOffset now, out TimeSpan wait)
    {
        lock (_lock)
        {
            wait = TimeSpan.MaxValue;
            foreach (var message in _messages.Values.Where(IsWaiting))
            {
                var left = message.NextTry - now;
                if (left <= TimeSpan.Zero || left > s_longestWait)
                {
                    return message;
                }

                wait = left < wait ? left : wait;
            }

            return null;
        }
    }

    /// <summary>Records the result of an attempt.</summary>
    /// <param name="wait">Before the next attempt, if there is one.</param>
    /// <param name="giveUp">The maximum age of a message.</param>
    /// <returns>The message as it is now.</returns>
    public OutboxMessage Resolve(OutboxMessage message, Delivery delivery, DateTimeOffset now, TimeSpan wait, TimeSpan giveUp)
    {
        var settled = SettledOf(message).Union(delivery.Settled, StringComparer.OrdinalIgnoreCase);
        var state = delivery.Result switch
        {
            DeliveryResult.Taken => OutboxMessageState.Sent,
            DeliveryResult.Refused => OutboxMessageState.Dead,
            _ => now - message.Created >= giveUp ? OutboxMessageState.Dead : OutboxMessageState.Waiting,
        };
        var after = message with
        {
            Attempts = message.Attempts + 1,
            NextTry = state == OutboxMessageState.Waiting ? now + wait : message.NextTry,
            State = state,
            Answer = SafeText.Cut(delivery.Answer, SafeText.MaxSentence),
            Settled = string.Join(' ', settled),
        };
        lock (_lock)
        {
            // It may have been deleted during the attempt.
            if (_messages.ContainsKey(after.Id))
            {
                Put(after);
            }

            foreach (var old in _messages.Values.Where(l => !IsWaiting(l)).SkipLast(Kept).ToList())
            {
                _messages.Remove(old.Id);
                save(new ForgetMessage(channel, old.Id));
            }
        }

        return after;
    }

    public static ImmutableArray<string> SettledOf(OutboxMessage message) => [.. message.Settled.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static bool IsWaiting(OutboxMessage message) => message.State == OutboxMessageState.Waiting;

    private void Put(OutboxMessage message)
    {
        _messages[message.Id] = message;
        save(new SaveMessage(message));
    }
}

/// <summary>The number of messages in each state.</summary>
internal sealed record OutboxState(int Waiting, int Sent, int Dead);
