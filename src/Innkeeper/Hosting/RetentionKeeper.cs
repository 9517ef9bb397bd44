using Innkeeper.Accounts;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Exports;
using Innkeeper.Notifications;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Hosting;

/// <summary>Deletes what is older than [retention] says, at the start and each hour.</summary>
internal sealed class RetentionKeeper : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    private readonly InnkeeperConfig _config;
    private readonly StateWriter _writer;
    private readonly AccountStore _accounts;
    private readonly Notifier? _notifier;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;

    public RetentionKeeper(InnkeeperConfig config, StateWriter writer, AccountStore accounts, Notifier? notifier, TimeProvider clock)
    {
        (_config, _writer, _accounts, _notifier, _clock) = (config, writer, accounts, notifier, clock);
        _timer = clock.CreateTimer(_ => Turn(), null, TimeSpan.Zero, s_interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Deletes what is too old now.</summary>
    internal void Turn()
    {
        // A wall clock that jumps forward by years must not empty everything: the earlier of both clocks decides.
        var (steady, wall) = (_clock.GetUtcNow(), _clock.WallNow());
        var now = steady < wall ? steady : wall;
        var retention = _config.Retention;
        _writer.Enqueue(new DeleteEvents(now - retention.Events));
        _accounts.DeleteAudit(now - retention.Audit);
        _notifier?.DeleteDone(steady - retention.Messages);
        if (retention.Mappings != TimeSpan.Zero && _config.Napt.Log.StartsWith('/'))
        {
            try
            {
                new DayFiles(_config.Napt.Log, retention.Mappings, retention.Files).Rotate(TimeZoneInfo.ConvertTime(wall, TimeZoneInfo.Local));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The mapping log itself cannot be written then, and an event says so.
            }
        }
    }
}
