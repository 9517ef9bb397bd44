using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>Conclusions that several steps need, and how times are written.</summary>
internal static class FactText
{
    /// <summary>A drop is present when its last packet is no older.</summary>
    public static readonly TimeSpan Present = TimeSpan.FromMinutes(2);

    public static DateTimeOffset Ago(this DiagnosisFacts facts, TimeSpan age) => facts.Now - age;

    /// <summary>A time of the day, with the date where that is another.</summary>
    public static string At(this DiagnosisFacts facts, DateTimeOffset time)
    {
        var local = time.ToOffset(facts.Now.Offset);
        return local.Date == facts.Now.Date ? $"{local:HH:mm}" : $"{local:yyyy-MM-dd HH:mm}";
    }

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 120 } => $"{time.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{time.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{time.TotalHours:0} h",
        _ => $"{time.TotalDays:0} days",
    };

    public static bool IsBlocked(this DiagnosisFacts facts) => facts.Device.State == AdmissionState.Blocked;

    /// <summary>It waits for a decision, or was blocked, or has used up its volume.</summary>
    public static bool IsKeptOut(this DiagnosisFacts facts) => facts.Device.Record is not null && (facts.Device.State != AdmissionState.Admitted || facts.Volume is { IsHeld: true });

    /// <summary>How long ago the data plane took its last packet; null: it never did.</summary>
    public static TimeSpan? Idle(this DiagnosisFacts facts) =>
        facts.Activity.IsEmpty || facts.Activity.Min(a => a.Idle) is var idle && idle == TimeSpan.MaxValue ? null : idle;

    /// <summary>How long ago anything was heard of it; null: nothing ever was.</summary>
    public static TimeSpan? Heard(this DiagnosisFacts facts)
    {
        TimeSpan?[] all =
        [
            facts.Idle(), facts.LastSeen is { } seen ? facts.Now - seen : null, facts.Station.Trace is { } trace ? facts.Station.Now - trace.Heard : null,
            .. facts.Drops.Where(d => !facts.IsToDevice(d)).Select(d => (TimeSpan?)d.LastAge),
        ];
        return all.Min() is { } heard ? heard < TimeSpan.Zero ? TimeSpan.Zero : heard : null;
    }

    /// <summary>The drop was of a packet to the device, not of one from it.</summary>
    public static bool IsToDevice(this DiagnosisFacts facts, StationDrop drop) =>
        drop.Reason is DropReason.NoMapping or DropReason.InboundRefused or DropReason.OwnSource or DropReason.SpoofedInside or DropReason.IcmpMtu or DropReason.StackOther or DropReason.Appearance
        || facts.Device.Bindings.Any(b => drop.Destination.Value != 0 && (drop.Destination == b.Legal || drop.Destination == b.Shared || drop.Destination == b.Claim.Address));

    /// <summary>The meaning of drops for a step: a fault while it is present and keeps the device offline, a warning where it costs packets; null: nothing.</summary>
    public static Step? DroppedAt(this DiagnosisFacts facts, string step)
    {
        Step? warning = null;
        foreach (var drop in facts.Drops.OrderBy(d => d.LastAge))
        {
            var meaning = DropMeaning.Of(drop, facts);
            if (meaning.Step != step || meaning.Weight == DropWeight.Normal || (facts.IsToDevice(drop) && meaning.Weight != DropWeight.Limit) || IsServedNow(facts, drop))
            {
                continue;
            }

            var isFault = drop.LastAge <= Present && !IsMended(facts, drop) && (meaning.Weight == DropWeight.Blocking || (meaning.Weight == DropWeight.Suspect && !PassesSince(facts, drop)));
            var text = $"{meaning.Text} Dropped: {drop.Count}";
            var cause = new Cause(DropMeaning.IdOf(drop.Reason), meaning.Text, meaning.Remedy);
            if (isFault)
            {
                return Step.Fault(step, text, cause, facts.Ago(drop.LastAge));
            }

            if (meaning.Weight != DropWeight.Suspect || !PassesSince(facts, drop))
            {
                warning ??= Step.Warning(step, text, cause, facts.Ago(drop.LastAge));
            }
        }

        return warning;
    }

    public static string ListOf(IEnumerable<Binding> bindings, Func<Binding, string> show) => string.Join(", ", bindings.Select(show).Distinct());

    /// <summary>The drop is from before the VLAN was served: it explains nothing any more.</summary>
    private static bool IsServedNow(DiagnosisFacts facts, StationDrop drop) => drop.Reason == DropReason.Vlan && facts.Config.Access.Vlans.Contains(drop.Station.Vlan);

    /// <summary>The reason of the drop is gone: it is worth a word, and no cause.</summary>
    private static bool IsMended(DiagnosisFacts facts, StationDrop drop) => drop.Reason switch
    {
        DropReason.NoRoute => facts.Gateway.NextHop is not null,
        DropReason.NoGateway => !facts.Gateway.IsDown,
        DropReason.NoLegal => facts.Device.Bindings.Any(b => b.Outside != Ipv4Address.Any),
        _ => false,
    };

    /// <summary>A packet of the device passed since the drop, or shortly before.</summary>
    private static bool PassesSince(DiagnosisFacts facts, StationDrop drop) => facts.Idle() is { } idle && idle <= drop.LastAge + TimeSpan.FromSeconds(10);
}
