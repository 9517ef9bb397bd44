using System.Collections.Concurrent;
using System.Threading.Channels;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Notifications;

/// <summary>
/// Notifies the administrator of devices and events. Adding one never waits: it goes through a bounded queue to a loop
/// that throttles it, once for each channel, into the channel's outbox, which a sender empties. Those that find the queue full are
/// counted, and the digest states the number.
/// </summary>
internal sealed class Notifier : IDisposable
{
    private const int QueueBound = 65_536;
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_lastMoment = TimeSpan.FromSeconds(2);

    /// <summary>Holds <see cref="NewDevice"/> and <see cref="Event"/>.</summary>
    private readonly Channel<object> _queue = Channel.CreateBounded<object>(QueueBound);
    private readonly ConcurrentDictionary<string, int> _missedEvents = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Devices of this turn whose messages are in an outbox or a digest.</summary>
    private readonly List<MacAddress> _told = [];
    private readonly NotifiedDevices _notified;
    private readonly NotificationChannel[] _channels;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Task _running;
    private readonly IDisposable _subscription;
    private int _missedArrivals;

    /// <param name="channels">The channels that are on.</param>
    /// <param name="events">Followed from the first event that is kept, so that those of the start are notified too.</param>
    internal Notifier(IEnumerable<NotificationChannel> channels, NotifiedDevices notified, EventLog events, TimeProvider clock, ILogger log)
    {
        (_channels, _notified, _clock, _log) = ([.. channels], notified, clock, log);
        _running = Task.WhenAll(_channels.Select(d => Guard(d.Sender.RunAsync)).Prepend(Guard(RunAsync)));
        _subscription = events.Subscribe(Happened, after: 0);
    }

    /// <summary>The channels that are on.</summary>
    public IReadOnlyList<NotificationChannel> Channels => _channels;

    public NotificationChannel? Mail => _channels.FirstOrDefault(d => d.Channel == OutboxChannel.Mail);

    public NotificationChannel? Webhook => _channels.FirstOrDefault(d => d.Channel == OutboxChannel.Webhook);

    /// <summary>Null when neither [mail] nor [webhook] is set.</summary>
    /// <param name="events">Where events come from, and where failures to deliver go.</param>
    public static Notifier? Start(InnkeeperConfig config, StateStore store, StateWriter writer, EventLog events, TimeProvider clock, ILogger log)
    {
        if (!config.Mail.IsOn && config.Webhook.Url is null)
        {
            return null;
        }

        // An earlier notifier of this process may still have pending writes.
        writer.Flush(s_lastMoment);
        var kept = store.LoadNotifications();
        List<NotificationChannel> channels = [];
        if (config.Mail is { IsOn: true } mail)
        {
            channels.Add(Create(OutboxChannel.Mail, mail.Events, mail.First, mail.Digest, new SmtpTransport(mail), mail.GiveUp));
        }

        if (config.Webhook is { Url: not null } webhook)
        {
            // A program reads these: more at once, and digests sooner, than people would like.
            channels.Add(Create(OutboxChannel.Webhook, webhook.Events, 100, TimeSpan.FromMinutes(1), new WebhookTransport(webhook, clock), TimeSpan.FromHours(72)));
        }

        return new Notifier(channels, new NotifiedDevices(kept.NotifiedDevices, writer.Enqueue), events, clock, log);

        NotificationChannel Create(OutboxChannel channel, IEnumerable<string> kinds, int first, TimeSpan interval, INotificationTransport transport, TimeSpan giveUp)
        {
            // A start is a reason to try again at once: the cause may have been fixed.
            var outbox = new Outbox(channel, kept.Messages.Where(l => l.Channel == channel).Select(l => l with { NextTry = clock.GetUtcNow() }), writer.Enqueue);
            var throttle = new NotificationThrottle(first, interval, NotificationChannel.Read(kept.Throttles.FirstOrDefault(p => p.Channel == channel)));
            var sender = new Sender(NotificationChannel.NameOf(channel), outbox, transport, SenderSettings.With(giveUp), clock, events.Add, log);
            return new NotificationChannel(channel, kinds, throttle, outbox, sender, writer.Enqueue, config.Web.Url);
        }
    }

    /// <summary>A new device came. Does not wait.</summary>
    public void Arrived(NewDevice device)
    {
        if (!_queue.Writer.TryWrite(device))
        {
            Interlocked.Increment(ref _missedArrivals);
        }
    }

    /// <summary>Has all messages written again: the database that they were in is gone. Any thread may call it.</summary>
    public void SaveAll()
    {
        foreach (var channel in _channels)
        {
            channel.Outbox.SaveAll();
        }
    }

    /// <summary>The device was forgotten, or its admission ended: its next arrival is reported again.</summary>
    public void Ended(MacAddress mac) => _notified.Remove(mac);

    /// <summary>Deletes messages that were sent or given up, and are older than a time.</summary>
    public void DeleteDone(DateTimeOffset before)
    {
        foreach (var channel in _channels)
        {
            channel.Outbox.DeleteDone(before);
        }
    }

    /// <summary>Takes a device out of all messages: those about it are deleted, whether they were sent or not, and the next summary does not name it.</summary>
    public void Erase(ErasedDevice device)
    {
        _notified.Remove(device.Mac);
        _queue.Writer.TryWrite(device);
        foreach (var channel in _channels)
        {
            channel.Outbox.RemoveAll(m => device.IsIn(m.Content) || device.IsIn(m.Answer));
        }
    }

    /// <summary>Whether the administrator has a message about a device: it was reported, and nothing waits to be sent.</summary>
    public bool HasTold(MacAddress mac) => _notified.Contains(mac) && _channels.Any(c => c.Wants(NotificationConfig.Arrival) && c.IsDelivered);

    /// <summary>Ends the present attempt at once; it is repeated at the next start, under the same Message-ID.</summary>
    public void Dispose()
    {
        if (!_queue.Writer.TryComplete())
        {
            return;
        }

        _subscription.Dispose();
        _stop.Cancel();
        if (_running.Wait(s_lastMoment))
        {
            _stop.Dispose();
        }
    }

    /// <summary>Queues an event of a kind that a channel wants. Does not wait.</summary>
    private void Happened(Event happened)
    {
        if (_channels.Any(d => d.Wants(happened.Kind)) && !_queue.Writer.TryWrite(happened))
        {
            _missedEvents.AddOrUpdate(happened.Kind, 1, (_, count) => count + 1);
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            var now = _clock.GetUtcNow();
            TakeQueue(now);
            foreach (var channel in _channels)
            {
                channel.TakeDigest(now, time => _clock.ToWall(time));
                channel.Save();
            }

            // Only now: rows are written in this order, and a device that counts as reported is not reported again.
            _told.ForEach(mac => _notified.Keep(mac, now));
            _told.Clear();

            if (stop.IsCancellationRequested)
            {
                // The notifications from before the end are kept.
                return;
            }

            var due = _channels.Select(d => d.DueAt(now)).Min() - now ?? s_longestSleep;
            await WaitAsync(due < s_longestSleep ? due : s_longestSleep, stop).ConfigureAwait(false);
        }
    }

    private void TakeQueue(DateTimeOffset now)
    {
        while (_queue.Reader.TryRead(out var item))
        {
            if (item is Event happened)
            {
                foreach (var channel in _channels.Where(d => d.Wants(happened.Kind)))
                {
                    channel.Tell(happened, now);
                }
            }
            else if (item is ErasedDevice erased)
            {
                Array.ForEach(_channels, channel => channel.Erase(erased));
            }
            else if (item is NewDevice device)
            {
                _told.Add(device.Mac);
                if (!_notified.TryAdd(device.Mac))
                {
                    continue;
                }

                device = device with { Time = _clock.ToWall(device.Time) };
                foreach (var channel in _channels.Where(d => d.Wants(NotificationConfig.Arrival)))
                {
                    channel.Tell(device, now);
                }
            }
        }

        var arrivals = Interlocked.Exchange(ref _missedArrivals, 0);
        var events = _missedEvents.Keys.Select(k => (Kind: k, Count: _missedEvents.TryRemove(k, out var count) ? count : 0)).Where(e => e.Count > 0).ToDictionary(e => e.Kind, e => e.Count);
        foreach (var channel in _channels)
        {
            channel.TellMissed(arrivals, events, now);
        }
    }

    private async Task WaitAsync(TimeSpan time, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero);
        try
        {
            await _queue.Reader.WaitToReadAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A digest is due, or the process ends.
        }
    }

    /// <summary>The caller does not wait for an attempt's beginning either: the loop runs on a thread of the pool from its first line.</summary>
    private async Task Guard(Func<CancellationToken, Task> loop)
    {
        try
        {
            await Task.Run(() => loop(_stop.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _log.Ended(e);
        }
    }
}

/// <summary>
/// The MAC addresses that were reported: one message for each, once only, until it is forgotten or its admission ends. The longest known are
/// forgotten beyond a bound. Calls may come from any thread.
/// </summary>
/// <param name="known">From earlier runs, the longest known first.</param>
/// <param name="save">Takes changes for the database; does not wait.</param>
internal sealed class NotifiedDevices(IEnumerable<MacAddress> known, Action<OutboxChange> save)
{
    /// <summary>Of each kind, so that a flood of randomized addresses does not make the others forgotten.</summary>
    public const int Bound = 32_768;

    private readonly Lock _lock = new();
    private readonly Dictionary<bool, Sort> _sorts = new[] { false, true }.ToDictionary(made => made, made => new Sort(known.Where(m => m.IsLocallyAdministered == made)));

    public bool Contains(MacAddress mac)
    {
        lock (_lock)
        {
            return _sorts[mac.IsLocallyAdministered].Places.ContainsKey(mac);
        }
    }

    /// <summary>False when it was reported before.</summary>
    public bool TryAdd(MacAddress mac)
    {
        lock (_lock)
        {
            return _sorts[mac.IsLocallyAdministered].TryAdd(mac);
        }
    }

    /// <summary>The message about the device is being written: the device is not reported again after a restart, unless it ended in between.</summary>
    public void Keep(MacAddress mac, DateTimeOffset now)
    {
        lock (_lock)
        {
            var sort = _sorts[mac.IsLocallyAdministered];
            if (sort.Places.ContainsKey(mac))
            {
                save(new SaveNotifiedDevice(mac, now));
            }

            save(new ForgetArrival(mac));
            while (sort.Places.Count > Bound)
            {
                var oldest = sort.Order.First!.Value;
                sort.Remove(oldest);
                save(new ForgetNotifiedDevice(oldest));
            }
        }
    }

    /// <summary>Its next arrival is reported again.</summary>
    public void Remove(MacAddress mac)
    {
        lock (_lock)
        {
            if (_sorts[mac.IsLocallyAdministered].Remove(mac))
            {
                save(new ForgetNotifiedDevice(mac));
            }
        }
    }

    private sealed class Sort
    {
        public Sort(IEnumerable<MacAddress> known)
        {
            foreach (var mac in known)
            {
                TryAdd(mac);
            }
        }

        public LinkedList<MacAddress> Order { get; } = new();

        public Dictionary<MacAddress, LinkedListNode<MacAddress>> Places { get; } = [];

        public bool TryAdd(MacAddress mac)
        {
            if (Places.ContainsKey(mac))
            {
                return false;
            }

            Places[mac] = Order.AddLast(mac);
            return true;
        }

        public bool Remove(MacAddress mac)
        {
            if (!Places.Remove(mac, out var place))
            {
                return false;
            }

            Order.Remove(place);
            return true;
        }
    }
}
