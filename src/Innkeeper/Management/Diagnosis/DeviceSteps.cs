using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Policy;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The steps about the device itself: is it there, and may it use the network?</summary>
internal static class DeviceSteps
{
    /// <summary>A device that is silent for longer is not there.</summary>
    private static readonly TimeSpan s_away = TimeSpan.FromMinutes(10);

    private const string CheckDevice = "Check that it is on, its cable or its Wi-Fi, and the VLAN of its switch port or Wi-Fi.";

    public static Step Access(DiagnosisFacts facts)
    {
        const string Id = StepId.Access;
        var (access, vlan, mac) = (facts.Network.Access, facts.Device.Station.Vlan, facts.Device.Station.Mac);
        if (!access.IsUp || !access.HasCarrier)
        {
            var text = $"Interface {access.Name} {(access.IsUp ? "has no carrier" : "is down")}: no device is served there.";
            return Step.Fault(Id, text, new Cause("access-down", text, access.IsUp ? $"Check the cable of {access.Name} and the switch." : $"Run `ip link set {access.Name} up`."));
        }

        if (facts.OneLan is { } oneLan)
        {
            return Step.Fault(Id, oneLan, new Cause("one-lan", oneLan, $"Separate the two: {access.Name} and {facts.Network.Uplink.Name} must not be in one LAN."));
        }

        if (facts.ServedBy is { } peer)
        {
            var text = $"Another gateway, {peer.Mac} with priority {peer.Priority}, serves this LAN.";
            return Step.Fault(Id, text, new Cause("passive", text, "Run `innkeeper why` on that gateway."));
        }

        if (vlan != 0 && !facts.Config.Access.Vlans.Contains(vlan))
        {
            var meaning = DropMeaning.Of(new StationDrop(facts.Device.Station, DropReason.Vlan, 0, default, default, default, 0), facts);
            return Step.Fault(Id, meaning.Text, new Cause(DropMeaning.IdOf(DropReason.Vlan), meaning.Text, meaning.Remedy));
        }

        if (facts.Station.LanKind == StationKind.Impostor)
        {
            const string Text = "It uses the IP address of the router or of the gateway, and its packets are dropped.";
            return Step.Fault(Id, Text, new Cause(DropMeaning.IdOf(DropReason.Impostor), Text, "Give the device another address: with this one it takes other hosts' packets."));
        }

        if (facts.Station.LanKind == StationKind.Regular && facts.Device.Bindings.IsEmpty)
        {
            const string Text = "It is a host of this LAN itself, with an address of the LAN: the gateway leaves it alone.";
            return Step.Fault(Id, Text, new Cause("regular-host", Text, "Look at its own settings and at the LAN's router: neither is this gateway's doing.", IsWeak: true));
        }

        return facts.DroppedAt(Id) ?? Step.Ok(Id, $"{access.Name} is up{(vlan == 0 ? "" : $", VLAN {vlan} is served")}; {mac} is a valid MAC");
    }

    public static Step Frames(DiagnosisFacts facts)
    {
        const string Id = StepId.Frames;
        if (facts.Heard() is not { } heard)
        {
            const string Never = "Nothing was ever heard of it here.";
            return Step.Fault(Id, Never, new Cause("never-heard", Never, CheckDevice));
        }

        var at = facts.Ago(heard);
        if (heard > s_away)
        {
            var text = $"Nothing was heard of it for {FactText.Duration(heard)}.";
            return Step.Fault(Id, text, new Cause("silent", text, CheckDevice, IsWeak: true), at);
        }

        var vlan = facts.Device.Station.Vlan;
        return facts.DroppedAt(Id)
            ?? (heard > FactText.Present ? Step.Warning(Id, "it is quiet", time: at) : Step.Ok(Id, vlan == 0 ? "heard, untagged" : $"heard on VLAN {vlan}", at));
    }

    public static Step Admission(DiagnosisFacts facts)
    {
        const string Id = StepId.Admission;
        if (facts.Device.Record is not { Admission: var admission } record)
        {
            return Step.Open(Id, $"it is not a known device yet; profile {facts.Station.Profile.Name} would decide");
        }

        var mac = record.Mac;
        var since = facts.At(admission.Since);
        var reason = admission.Reason.Length > 0 ? $": {admission.Reason}" : "";
        switch (admission.State)
        {
            case AdmissionState.Admitted when facts.Volume is { IsHeld: true } volume:
                var used = $"The volume of {volume.Group.Name}, {SettingTypes.DataText(volume.Limit)} in each {ProfileDefinitions.NameOf(volume.Period)}, is used up: it is held until {facts.At(volume.End)}.";
                return Step.Fault(
                    Id, used, new Cause(DeviceCause.VolumeUsed, used, $"Raise [profiles.{volume.Group.Profile}] volume and run `innkeeper config reload`, or let this device in: `innkeeper devices approve {mac}`."),
                    volume.Use.UsedUp);
            case AdmissionState.Admitted:
                return Step.Ok(Id, $"admitted{(admission.Until is { } until ? $" until {facts.At(until)}" : "")} by {admission.By}{reason}; profile {record.Profile}", admission.Since);
            case AdmissionState.Blocked:
                var blocked = $"It is blocked since {since} by {admission.By}{reason}.";
                return Step.Fault(Id, blocked, new Cause("blocked", blocked, $"If it may use the network, run `innkeeper devices approve {mac}`."), admission.Since);
            case AdmissionState.Held when admission.Origin == DecisionSource.Time:
                var expired = admission.Reason is AdmissionPolicy.Expired or "" ? $"Its time is over: its admission by {admission.By} ended at {since}." : $"Its admission by {admission.By} ended at {since}, as {admission.Reason}.";
                return Step.Fault(Id, expired, new Cause("expired", expired, $"Run `innkeeper devices approve {mac} --for 8h`."), admission.Since);
            default:
                var held = $"It waits for approval since {since}{(admission.Origin == DecisionSource.Policy ? reason : $"; held by {admission.By}{reason}")}.";
                return Step.Fault(Id, held, new Cause("held", held, $"Run `innkeeper devices approve {mac}`."), admission.Since);
        }
    }
}
