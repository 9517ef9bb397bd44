using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Exports;

/// <summary>
/// All exports: takes records from any thread, writes them to each export's spool on a thread of its own, and has a thread for each collector. Neither a
/// packet nor the control loop waits for any of it.
/// </summary>
internal sealed class ExportService : IExportStatus, IDisposable
{
    internal const string FolderName = "exports";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>For a disk that hangs: neither a reload nor the end of the process waits longer.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(2);

    private readonly ExportQueue _queue = new();
    private readonly List<Export> _exports;
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly HashSet<Type> _said = [];
    private Thread? _thread;
    private volatile bool _isEnding;

    /// <param name="files">Octets of the earlier days of each file.</param>
    /// <param name="folder">Of all spools, in the state directory.</param>
    /// <param name="tell">Takes events, from any thread.</param>
    public ExportService(IReadOnlyList<ExportConfig> exports, long files, string folder, SyslogSender sender, ExportTiming timing, Action<GatewayEvent> tell, TimeProvider clock, ILogger log)
    {
        (_folder, _clock, _log) = (folder, clock, log);
        _exports = [.. exports.Select(config =>
        {
            var spool = new ExportSpool(Path.Combine(folder, config.Name), config.Spool);
            var target = config.To!;
            return new Export(config, spool, new ExportSender(config.Name, target.ToString(), spool, FormatOf(target, sender), CarrierOf(config, target, files, clock), timing, clock, tell, log));
        })];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExportReport> Exports => [.. _exports.Select(ReportOf)];

    /// <summary>Whether any export takes such records.</summary>
    public bool Wants(ExportContent content) => _exports.Exists(e => e.Wants(content));

    /// <summary>Takes a record. It returns at once.</summary>
    public void Add(ExportRecord record)
    {
        if (Wants(record.Content))
        {
            _queue.Add(record);
        }
    }

    /// <summary>Begins to write and to send.</summary>
    public void Begin()
    {
        _thread = new Thread(Run, 256 * 1024) { Name = "exports", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Writes what was added, sends it if that is possible at once, and ends. The next process sends the rest.</summary>
    public void Dispose()
    {
        if (_isEnding)
        {
            return;
        }

        _isEnding = true;
        _queue.Wake();
        if (_thread?.Join(s_lastPatience) != false)
        {
            Parallel.ForEach(_exports, e => e.Sender.Dispose());
            _exports.ForEach(e => e.Spool.Dispose());
        }
    }

    /// <summary>Takes records that wait out of all spools.</summary>
    /// <returns>How many.</returns>
    public int Erase(Func<ExportRecord, bool> isErased) => _exports.Sum(e => e.Spool.Erase(isErased));

    private void Run()
    {
        Try(() => ExportFolder.DeleteOthers(_folder, [.. _exports.Select(e => e.Config.Name)], _clock.GetUtcNow()));
        foreach (var export in _exports)
        {
            Try(export.Spool.Load);
            export.Sender.Begin();
        }

        while (!_isEnding)
        {
            Try(Turn);
        }

        Try(Turn);
    }

    private void Turn()
    {
        var records = _queue.Take(_isEnding ? TimeSpan.Zero : s_pause, out var lost);
        foreach (var export in _exports)
        {
            export.Spool.Lose(export.Config.Contents.Sum(c => lost[(int)c]));
            var lines = records.Where(r => export.Wants(r.Content)).Select(r => r.ToLine()).ToList();
            if (lines.Count > 0)
            {
                export.Spool.Append(lines);
                export.Sender.Wake();
            }

            export.Spool.SyncIfDue(_clock);
        }
    }

    /// <summary>A fault here costs some records, and not the process.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            if (_said.Add(e.GetType()))
            {
                _log.ExportFaulty(e, "of all");
            }
        }
    }

    private static IExportFormat FormatOf(ExportTarget target, SyslogSender sender) => target.Way switch
    {
        ExportWay.File => new JsonFormat(),
        ExportWay.IpfixUdp => new IpfixFormat(TemplateRefresh.Usual, IpfixFormat.MostInDatagram),
        ExportWay.IpfixTcp => new IpfixFormat(null, IpfixFormat.MostInStream),
        ExportWay.Udp => new SyslogFormat(sender, isCounted: false, SyslogFormat.MostInDatagram),
        _ => new SyslogFormat(sender, isCounted: true, SyslogFormat.MostInStream),
    };

    private static IExportCarrier CarrierOf(ExportConfig config, ExportTarget target, long files, TimeProvider clock) => target.Way switch
    {
        ExportWay.File => new FileCarrier(target.Path, config.Keep == TimeSpan.Zero ? null : new DayFiles(target.Path, config.Keep, files), () => TimeZoneInfo.ConvertTime(clock.WallNow(), TimeZoneInfo.Local)),
        ExportWay.Udp or ExportWay.IpfixUdp => new DatagramCarrier(target.Host, target.Port),
        ExportWay.Tls => new StreamCarrier(target.Host, target.Port, isTls: true, config.CaFile),
        _ => new StreamCarrier(target.Host, target.Port),
    };

    private ExportReport ReportOf(Export export)
    {
        var (records, octets) = export.Spool.Waiting;
        var failing = export.Sender.Failing;
        return new ExportReport(
            export.Config.Name, export.Config.To!.ToString(), [.. export.Config.Contents.Select(c => c.ToString().ToLowerInvariant())], export.Sender.Exported, export.Spool.Lost, records, octets,
            failing?.Reason, _clock.ToWall(failing?.Since), export.Spool.Failure is { } reason ? SafeText.Cut(reason, SafeText.MaxSentence) : null);
    }

    private sealed record Export(ExportConfig Config, ExportSpool Spool, ExportSender Sender)
    {
        public bool Wants(ExportContent content) => Config.Contents.Contains(content);
    }
}
