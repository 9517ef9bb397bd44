using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Exports;
using Innkeeper.Management;
using Innkeeper.Policy;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>The exports of this process: their records come from the events, and from the parts that have <see cref="Records"/>.</summary>
internal sealed class Exporting : IDisposable
{
    private readonly ExportService _service;
    private readonly IDisposable _following;

    public Exporting(InnkeeperConfig config, EventLog events, TimeProvider clock, ILogger log)
    {
        var sender = new SyslogSender(Environment.MachineName, Environment.ProcessId);
        _service = new ExportService(config.Exports, config.Retention.Files, Path.Combine(config.State.Directory, ExportService.FolderName), sender, ExportTiming.Usual, events.Add, clock, log);
        Records = new ExportedRecords(_service, clock);
        _following = events.Subscribe(Records.Add, after: 0);
    }

    public ExportedRecords Records { get; }

    public IExportStatus Status => _service;

    /// <summary>Takes a device out of the records that wait. Those of its addresses stay: the law about logs may demand them.</summary>
    public void Erase(ErasedDevice device)
    {
        var mac = device.Mac.ToString();
        _service.Erase(r => r.Type != ExportRecord.Mapping && (r.Mac == mac || r.Subject == mac || device.IsIn(r.Text) || device.IsIn(r.Before?.GetRawText()) || device.IsIn(r.After?.GetRawText())));
    }

    /// <summary>Begins to write and to send. Not before: another gateway may be at work on the same files.</summary>
    public void Begin() => _service.Begin();

    public void Dispose()
    {
        _following.Dispose();
        _service.Dispose();
    }
}
