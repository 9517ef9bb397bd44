using System.Collections.Immutable;
using System.Threading.Channels;
using Innkeeper.Clocks;
using Innkeeper.Events;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Notifications;

/// <summary>The timing of attempts, and when to give up.</summary>
/// <param name="AttemptTime">From connecting to the last answer.</param>
internal sealed record SenderSettings(BackOff BackOff, TimeSpan AttemptTime, TimeSpan GiveUp)
{
    public static SenderSettings With(TimeSpan giveUp) => new(new BackOff(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(30), giveUp);
}

/// <summary>Sends an outbox's messages, one at a time. While the server is unreachable, one message tries for all.</summary>
/// <param name="name">"mail" or "webhook".</param>
/// <param name="report">Takes events, from any thread: a message that was given up, recipients that were refused.</param>
internal sealed class Sender(string name, Outbox outbox, INotificationTransport transport, SenderSettings settings, TimeProvider clock, Action<GatewayEvent> report, ILogger log)
{
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(1);
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private int _failures;
    private long _sent;
    private long _dead;
    private volatile Answer? _last;
    private volatile bool _isAsked;

    public string Name => name;

    private bool IsMail => name == "mail";

    public long Sent => Interlocked.Read(ref _sent);

    public long Dead => Interlocked.Read(ref _dead);

    /// <summary>The result of the last attempt; null before the first.</summary>
    public Answer? Last => _last;

    /// <summary>There is a new message.</summary>
    public void Wake() => _bell.Writer.TryWrite(true);

    /// <summary>The administrator wants an attempt now, although the last ones failed.</summary>
    public void TryNow()
    {
        _isAsked = true;
        Wake();
    }

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = clock.GetUtcNow();
            var message = outbox.Next(now, out var wait);
            if (_isAsked)
            {
                (_isAsked, _pausedUntil) = (false, DateTimeOffset.MinValue);
            }

            var pause = _pausedUntil - now;
            if (pause > TimeSpan.Zero && pause <= settings.BackOff.Longest * 2)
            {
                wait = pause > wait || message is not null ? pause : wait;
            }
            else if (message is not null)
            {
                await AttemptAsync(message, stop).ConfigureAwait(false);
                continue;
            }

            await SleepAsync(wait, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a new message or until the time is over.</summary>
    private async Task SleepAsync(TimeSpan time, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(time < s_longestSleep ? time + TimeSpan.FromMilliseconds(1) : s_longestSleep);
        try
        {
            await _bell.Reader.ReadAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // A message is due.
        }
    }

    private async Task AttemptAsync(OutboxMessage message, CancellationToken stop)
    {
        var delivery = await DeliverAsync(message, stop).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        _failures = delivery.Result == DeliveryResult.Unreachable ? _failures + 1 : 0;
        var wait = settings.BackOff.After(Math.Max(message.Attempts + 1, _failures), Random.Shared.NextDouble());
        _pausedUntil = _failures > 0 ? now + settings.BackOff.After(_failures, Random.Shared.NextDouble()) : DateTimeOffset.MinValue;
        var after = outbox.Resolve(message, delivery, now, wait, settings.GiveUp);
        _last = new Answer(clock.ToWall(now), after.Answer, after.State == OutboxMessageState.Sent);
        if (delivery.Refusals != "" && after.State != OutboxMessageState.Dead)
        {
            report(new RecipientsRefused(IsMail, SafeText.Cut(delivery.Refusals, SafeText.MaxSentence)));
        }

        switch (after.State)
        {
            case OutboxMessageState.Sent:
                Interlocked.Increment(ref _sent);
                log.MessageSent(name, after.Kind, after.Answer);
                break;
            case OutboxMessageState.Dead:
                Interlocked.Increment(ref _dead);
                log.MessageDropped(name, after.Kind, after.Attempts, after.Answer);
                report(new MessageDropped(IsMail, after.Kind, after.Answer));
                break;
            default:
                log.MessageDelayed(name, after.Kind, after.Attempts, after.Answer);
                break;
        }
    }

    private async Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken stop)
    {
        if (Notification.FromJson(message.Content) is not { } notification)
        {
            return new Delivery(DeliveryResult.Refused, "the database row is no notification");
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(settings.AttemptTime);
        try
        {
            // A name look-up cannot be cancelled: then the attempt is abandoned.
            return await transport.SendAsync(notification, Outbox.SettledOf(message), time.Token).WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Unreachable, $"no answer within {settings.AttemptTime.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Unexpected, and no reason to end notifications: the log has it in full.
            log.AttemptFailed(e, name, message.Kind);
            return new Delivery(DeliveryResult.Later, e.Message, ImmutableArray<string>.Empty);
        }
    }
}

/// <summary>The result of an attempt.</summary>
internal sealed record Answer(DateTimeOffset Time, string Text, bool IsTaken);
