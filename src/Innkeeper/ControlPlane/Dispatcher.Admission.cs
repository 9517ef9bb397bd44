using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Who may come in, on what terms, by which gateway; and what follows when that changes.</summary>
internal sealed partial class Dispatcher
{
    /// <summary>By then a newcomer has shown what there is to say of it.</summary>
    private static readonly TimeSpan s_introduction = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Due, MacAddress Mac)> _newcomers = new();
    private int _minute = -1;

    /// <summary>A device that was never seen before has been here for a moment.</summary>
    public Action<DeviceRecord>? Introduced { get; set; }

    /// <summary>The record of a device, with what is known of it now; what that changes is done at once.</summary>
    private DeviceRecord Meet(Station station, Func<DeviceRecord, DeviceRecord> learn)
    {
        var known = admission.Book.Find(station.Mac);
        var after = RecordOf(station, learn);
        if (known is null)
        {
            _newcomers.Enqueue((Now + s_introduction, station.Mac));
        }

        if (after != known)
        {
            Keep(after);
        }

        if (known is not null && (after.Profile != known.Profile || after.Admission.State != known.Admission.State))
        {
            Treat(after);
        }

        return after;
    }

    /// <summary>A device's record as it would be with what is known of it now, known before or not. Nothing is kept.</summary>
    private DeviceRecord RecordOf(Station station, Func<DeviceRecord, DeviceRecord> learn)
    {
        var wall = clock.GetUtcNow();
        return admission.AdmissionPolicy.Evaluate(learn(admission.Book.Find(station.Mac) ?? new DeviceRecord(station.Mac, wall)), station.Vlan, wall);
    }

    /// <inheritdoc/>
    public void Decide(DeviceRecord device)
    {
        Keep(device);
        registry.Pin(device.Mac, device.PinnedLegal);
        if (device.PinnedLegal is { } legal && registry.FindByLegal(legal) is { } others && others.Claim.Station.Mac != device.Mac)
        {
            registry.Release(others, Now);
            Forget(others);
        }

        Treat(device);
    }

    /// <inheritdoc/>
    public void ForgetDevice(DeviceRecord device)
    {
        admission.Blocked.Delete(KeyOf(device.Mac));
        registry.Pin(device.Mac, null);
        foreach (var binding in registry.BindingsOf(device.Mac))
        {
            registry.Release(binding, Now);
            Forget(binding);
            Disregard(binding);
        }

        admission.Book.Forget(device.Mac);
        memory.ForgetDevice(device.Mac);
    }

    /// <summary>On what terms a device is served now; whether it is held is asked for its VLAN: the same MAC may be in another, under another profile.</summary>
    private BindingPolicy TermsOf(DeviceRecord device, ushort vlan)
    {
        var wall = clock.GetUtcNow();
        var profile = admission.AdmissionPolicy.ProfileOf(device, vlan, wall, out _);
        return new BindingPolicy(
            admission.Profiles.PlaceOf(profile.Name), admission.Profiles.GatewayOf(profile), profile.Addresses, profile.Legal != LegalPreference.Shared,
            profile.Legal != LegalPreference.OwnOnly, profile.Inbound, admission.AdmissionPolicy.Evaluate(device, vlan, wall).Admission.State != AdmissionState.Admitted, LegalOf(device, vlan));
    }

    private void Keep(DeviceRecord device)
    {
        foreach (var pushedOut in admission.Book.Put(device, mac => registry.IsHere(mac)))
        {
            memory.ForgetDevice(pushedOut.Mac);
        }

        memory.SaveDevice(device);
    }

    /// <summary>Has the data plane treat a device as it stands. A binding that cannot go on ends; the device's next packet makes another.</summary>
    private void Treat(DeviceRecord device)
    {
        if (device.Admission.State == AdmissionState.Blocked)
        {
            if (!admission.Blocked.TrySet(KeyOf(device.Mac), 1))
            {
                events.Add("blocked-full", $"{device.Mac} is blocked, but more devices are than the data plane knows: it is kept out only while this process runs; `innkeeper devices forget` some");
            }
        }
        else
        {
            admission.Blocked.Delete(KeyOf(device.Mac));
        }

        foreach (var binding in registry.BindingsOf(device.Mac))
        {
            Reconsider(binding, device);
        }
    }

    private void Reconsider(Binding binding, DeviceRecord device)
    {
        var terms = TermsOf(device, binding.Claim.Station.Vlan);
        if (device.Admission.State != AdmissionState.Blocked && binding.Policy.IsCompatibleWith(terms))
        {
            if (binding.Policy != terms)
            {
                table.Write(registry.UpdatePolicy(binding, terms));
            }

            return;
        }

        registry.Release(binding, Now);
        Forget(binding);
    }

    private void ReconsiderAll()
    {
        var wall = clock.GetUtcNow();
        foreach (var binding in registry.Bindings.Values)
        {
            if (admission.Book.Find(binding.Claim.Station.Mac) is not { } device || !registry.Bindings.ContainsKey(binding.Number))
            {
                continue;
            }

            var after = admission.AdmissionPolicy.Evaluate(device, binding.Claim.Station.Vlan, wall);
            if (after != device)
            {
                Keep(after);
            }

            Reconsider(binding, after);
        }
    }

    /// <summary>Tells of the newcomers whose time has come.</summary>
    private void Introduce(TimeSpan until)
    {
        while (_newcomers.TryPeek(out var next) && next.Due <= until)
        {
            _newcomers.Dequeue();
            if (admission.Book.Find(next.Mac) is { } device)
            {
                Introduced?.Invoke(device);
            }
        }
    }

    /// <summary>Introduces who is new, ends admissions that are over, and looks at the rules when the minute they speak of came.</summary>
    private void TickAdmission(TimeSpan now)
    {
        Introduce(now);
        var (ask, wentDown) = admission.Health.Tick(now, clock.GetUtcNow(), g => _surroundings.Ports[admission.UplinkOf(g)] is not null && NextHopOf(g) is not null);
        foreach (var gateway in ask)
        {
            var port = _surroundings.Ports[admission.UplinkOf(gateway)]!;
            SendArp(port.Socket, 0, MacAddress.Broadcast, port.Mac, ArpMessage.Request(port.Mac, port.Address, NextHopOf(gateway)!.Value));
        }

        foreach (var gateway in wentDown)
        {
            events.Add("gateway-down", $"gateway {admission.NameOf(gateway)} ({NextHopOf(gateway)?.ToString() ?? "none"}) does not answer ARP{Consequence(gateway)}");
            memory.SaveGatewayOutage(new GatewayOutage(admission.NameOf(gateway), NextHopOf(gateway) ?? Ipv4Address.Any, admission.Health.Since(gateway)!.Value));
        }

        if (wentDown.Count > 0)
        {
            FollowGateways();
        }
    }

    private static string Consequence(int gateway) => gateway == 0 ? "" : "; profiles without a fallback are cut off";

    private void OnGatewayReply(in ArpMessage message, int uplink)
    {
        if (message.Operation != ArpOperation.Reply)
        {
            return;
        }

        for (var gateway = 0; gateway < admission.Health.Count; gateway++)
        {
            if (admission.UplinkOf(gateway) == uplink && NextHopOf(gateway) == message.SenderIp && admission.Health.Answered(gateway, Now, clock.GetUtcNow()))
            {
                events.Add("gateway-up", $"gateway {admission.NameOf(gateway)} ({message.SenderIp}) answers again");
                memory.ForgetGatewayOutage(admission.NameOf(gateway));
                FollowGateways();
            }
        }
    }

    /// <summary>
    /// Bindings end before their profiles lead elsewhere: a packet must not leave by one gateway with another's address. What comes in
    /// between waits for its new binding, which this thread makes afterwards.
    /// </summary>
    private void FollowGateways()
    {
        ReconsiderAll();
        admission.Profiles.Write();
    }

    private Ipv4Address? NextHopOf(int gateway) => admission.NextHopOf(gateway) ?? (gateway == 0 ? _surroundings.Router : null);

    private void SweepAdmission()
    {
        var wall = clock.GetUtcNow();
        foreach (var device in admission.Book.Devices.Values.Where(d => d.Admission.Until <= wall))
        {
            var vlan = registry.BindingsOf(device.Mac) is [var first, ..] ? first.Claim.Station.Vlan : (ushort)0;
            Meet(new Station(vlan, device.Mac), d => d);
        }

        var minute = (int)wall.LocalDateTime.TimeOfDay.TotalMinutes;
        if (admission.AdmissionPolicy.DependsOnTime && minute != _minute)
        {
            _minute = minute;
            ReconsiderAll();
        }
    }

    /// <summary>A binding that was never confirmed leaves nothing behind: invented devices do not pile up.</summary>
    private void Disregard(Binding binding)
    {
        registry.Disregard(binding.Claim);
        memory.Forget(binding.Claim);
    }

    private static DataPlane.StationKey KeyOf(MacAddress mac) => new() { Mac = mac };
}
