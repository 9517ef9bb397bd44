using Innkeeper.Accounts;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Exports;

/// <summary>Makes records of what happens, on the threads where it happens.</summary>
internal sealed class ExportedRecords(ExportService exports, TimeProvider clock) : IBindingListener, IMappingListener
{
    /// <summary>A device's own address by its share of a shared one: when the last ports end, the device is gone.</summary>
    private readonly Dictionary<uint, Ipv4Address> _own = [];

    public void Add(Event happened) => exports.Add(new ExportRecord(happened.Time, ExportRecord.Event)
    {
        Kind = happened.Kind,
        Severity = EventSeverity.Of(happened.Kind),
        Text = happened.Text,
        Mac = happened.What.About.Mac?.ToString(),
        Address = happened.What.About.Address?.ToString(),
        Gateway = happened.What.About.Gateway,
        Actor = happened.What.About.Actor,
    });

    public void Add(StoredAudit entry) => exports.Add(new ExportRecord(entry.Time, ExportRecord.Audit)
    {
        Kind = entry.What,
        Text = entry.Text,
        Actor = entry.Actor,
        From = entry.From,
        Subject = entry.Subject,
        Before = AuditLog.FieldsOf(entry.Before),
        After = AuditLog.FieldsOf(entry.After),
        Mac = MacAddress.TryParse(entry.Subject, out var mac) ? mac.ToString() : null,
    });

    /// <inheritdoc/>
    public void OnBegan(Binding binding) => Add(binding, ExportRecord.Begin);

    /// <inheritdoc/>
    public void OnEnded(Binding binding) => Add(binding, ExportRecord.End);

    /// <inheritdoc/>
    public void OnPorts(in PortsRecord record, Station? owner, Ipv4Address? own, TimeSpan age)
    {
        if (!exports.Wants(ExportContent.Mappings))
        {
            return;
        }

        if (own is { } present)
        {
            _own[record.Share] = present;
        }

        exports.Add(new ExportRecord(clock.WallNow() - age, ExportRecord.Mapping)
        {
            Kind = record.Ended == 0 ? ExportRecord.Begin : ExportRecord.End,
            Mac = owner?.Mac.ToString(),
            Vlan = owner?.Vlan,
            Address = _own.TryGetValue(record.Share, out var known) ? known.ToString() : null,
            Outside = ((Ipv4Address)record.Address).ToString(),
            FirstPort = record.First,
            LastPort = record.Last,
            Protocol = record.Protocol == 0 ? null : record.Protocol,
        });
    }

    /// <summary>Only an address of the pool stands for a device: a host of the LAN keeps its own.</summary>
    private void Add(Binding binding, string kind)
    {
        if (binding.IsPooled)
        {
            exports.Add(new ExportRecord(clock.WallNow(), ExportRecord.Mapping)
            {
                Kind = kind,
                Mac = binding.Claim.Station.Mac.ToString(),
                Vlan = binding.Claim.Station.Vlan,
                Address = binding.Claim.Address.ToString(),
                Outside = binding.Legal.ToString(),
            });
        }
    }
}
