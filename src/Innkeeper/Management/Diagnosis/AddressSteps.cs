using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The steps about addresses: the device's own, its gateway's, and its outside address with ports.</summary>
internal static class AddressSteps
{
    private static readonly int[] s_shownPorts = [(int)PortKind.Tcp, (int)PortKind.Udp];

    public static Step Own(DiagnosisFacts facts)
    {
        const string Id = StepId.OwnAddress;
        if (facts.DroppedAt(Id) is { Verdict: StepVerdict.Fault } bogus)
        {
            return bogus;
        }

        var trace = facts.Station.Trace;
        if (!facts.Device.Bindings.IsEmpty)
        {
            return Step.Ok(Id, FactText.ListOf(facts.Device.Bindings, b => $"{b.Claim.Address} ({OriginOf(facts, b.Claim.Address)})") + LastDhcpOf(trace));
        }

        if (trace?.Dhcp is { } dhcp && FaultOf(facts, dhcp) is { } fault)
        {
            return fault;
        }

        if (trace is { Own.Value: not 0 } heard)
        {
            return Step.Ok(Id, $"{heard.Own} ({OriginOf(facts, heard.Own)}), of which no packet came yet", facts.Ago(facts.Station.Now - heard.Heard));
        }

        if (facts.Station.Leases.FirstOrDefault(l => l.State == LeaseState.Active) is { } lease)
        {
            return Step.Ok(Id, $"{lease.Address} ({OriginOf(facts, lease.Address)})");
        }

        if (!ServesDhcp(facts) && facts.Drops.Any(d => d.Reason == DropReason.Broadcast && d.Destination == Ipv4Address.Broadcast))
        {
            const string Text = "It sends broadcasts as if it asked by DHCP, and this gateway serves no DHCP.";
            return Step.Fault(Id, Text, new Cause("no-dhcp", Text, "Set [dhcp] enabled = true and run `innkeeper config reload`, or give the device a fixed address.", IsWeak: true));
        }

        return facts.IsBlocked() ? Step.Open(Id, "not looked at: it is blocked") : Step.Open(Id, "not known: no message with an address was heard");
    }

    public static Step ItsGateway(DiagnosisFacts facts)
    {
        const string Id = StepId.ItsGateway;
        if (facts.IsBlocked())
        {
            return Step.Open(Id, "a blocked device gets no answers");
        }

        if (facts.Device.Bindings.FirstOrDefault(b => b.Gateway != Ipv4Address.Any) is { } binding)
        {
            return Step.Ok(Id, $"it uses {binding.Gateway}, and the gateway answers in its place");
        }

        if (facts.Station.Trace?.Arp is not { } asked)
        {
            return Step.Open(Id, "no question for its gateway was heard");
        }

        return OfQuestion(facts, asked) with { Time = facts.Ago(facts.Station.Now - asked.Time) };
    }

    public static Step Outside(DiagnosisFacts facts)
    {
        const string Id = StepId.OutsideAddress;
        if (facts.IsKeptOut())
        {
            return Step.Open(Id, "none, as long as it is not admitted" + (facts.Device.Bindings.FirstOrDefault(b => b.Share != 0) is { } garden ? $"; the hosts of [portal] allow see {garden.Shared}" : ""));
        }

        if (facts.IsPinLost)
        {
            var text = $"Another host on the uplink uses {facts.Device.Record!.PinnedLegal}, the outside address that is kept for it.";
            return Step.Fault(Id, text, new Cause(
                "pin-lost", text, $"Remove that host, and the device gets its address back; or keep another one for it: `innkeeper devices pin {facts.Device.Station.Mac} ADDRESS`."));
        }

        if (facts.Device.Bindings.IsEmpty)
        {
            return facts.Station.Trace?.Arrival is { } arrival ? OfArrival(facts, arrival) with { Time = facts.Ago(facts.Station.Now - arrival.Time) } : WithoutPacket(facts);
        }

        if (facts.DroppedAt(Id) is { } dropped)
        {
            return dropped;
        }

        if (facts.Device.Bindings.All(b => b.Outside == Ipv4Address.Any))
        {
            const string Text = "It has no outside address: none is free.";
            return Step.Fault(Id, Text, new Cause("pool-exhausted", Text, RemedyOfPool));
        }

        var pinned = facts.Device.Record?.PinnedLegal is { } kept && facts.Device.Bindings.All(b => b.Legal != kept) ? $"; {kept} is kept for it" : "";
        return Step.Ok(Id, FactText.ListOf(facts.Device.Bindings, b => b.HasOwn ? $"{b.Legal} of its own" : $"{b.Shared}, shared with other devices") + pinned);
    }

    public static Step Ports(DiagnosisFacts facts)
    {
        const string Id = StepId.Ports;
        if (facts.IsKeptOut() || facts.Device.Bindings.IsEmpty)
        {
            return Step.Open(Id, "none yet");
        }

        if (facts.DroppedAt(Id) is { } dropped)
        {
            return dropped;
        }

        var sharing = facts.Activity.Where(a => a.Ports.Length > 0).ToList();
        if (sharing.Count == 0)
        {
            return Step.Ok(Id, "it has an outside address of its own, with all ports");
        }

        var used = s_shownPorts.Max(kind => sharing.Max(a => a.Ports[kind]));
        var text = $"{used} of {facts.Config.Napt.PortsPerDevice} in use{(facts.Ports.Room.Ports > 0 ? $"; of all ports, {facts.Ports.Taken} of {facts.Ports.Room.Ports} are taken" : "")}";
        if (facts.Ports.Room is not { Ports: > 0, Free: 0 })
        {
            return Step.Ok(Id, text);
        }

        var meaning = DropMeaning.Of(new StationDrop(facts.Device.Station, DropReason.PortsExhausted, 0, default, default, default, 0), facts);
        var cause = new Cause(DropMeaning.IdOf(DropReason.PortsExhausted), meaning.Text, meaning.Remedy);
        return used == 0 ? Step.Fault(Id, text, cause) : Step.Warning(Id, text, cause);
    }

    private const string RemedyOfPool = "Add addresses to [pool] addresses, or let devices share some ([napt]), and run `innkeeper config reload`.";

    private static bool ServesDhcp(DiagnosisFacts facts) => facts.Config.Dhcp.Enabled && !facts.Config.IsOneArmed;

    private static string OriginOf(DiagnosisFacts facts, Ipv4Address address) =>
        facts.Station.Leases.FirstOrDefault(l => l.Address == address) is not { } lease ? "fixed, or from elsewhere"
        : lease.State == LeaseState.Active ? $"by DHCP until {facts.At(lease.Expires)}"
        : $"by DHCP; the lease ended at {facts.At(lease.Expires)}";

    private static string LastDhcpOf(StationTrace? trace) => trace?.Dhcp is { } dhcp ? $"; last DHCP message: {NameOf(dhcp.Type)}, {Words(dhcp.Verdict)}" : "";

    private static string NameOf(DhcpMessageType type) => type == DhcpMessageType.None ? "one without a type" : type.ToString().ToUpperInvariant();

    private static string Words(DhcpVerdict verdict) => verdict switch
    {
        DhcpVerdict.Offered => "an address was offered",
        DhcpVerdict.Acknowledged or DhcpVerdict.BootpServed => "acknowledged",
        DhcpVerdict.Informed => "answered with options",
        DhcpVerdict.Refused => "refused, so that it starts again",
        DhcpVerdict.Released => "the lease was given back",
        DhcpVerdict.Declined => "the device found the address in use",
        _ => "not answered",
    };

    /// <summary>Null: the message is no reason for the device to have no address.</summary>
    private static Step? FaultOf(DiagnosisFacts facts, DhcpTrace dhcp)
    {
        (string Id, string Text, string Remedy)? fault = dhcp.Verdict switch
        {
            DhcpVerdict.Exhausted => ("leases-exhausted", "It asks by DHCP, and all addresses are leased.", "Give [dhcp] a larger network or a shorter lease, and run `innkeeper config reload`."),
            DhcpVerdict.OtherServer => ("other-dhcp-server", "It takes its address from another DHCP server.", "Find that server with `innkeeper events`, and switch it off; DHCP snooping on the switch keeps such servers out."),
            DhcpVerdict.BootpRefused => ("bootp-refused", "It asks by BOOTP, which the settings refuse.", "Set [dhcp] bootp, or give the device a fixed address."),
            DhcpVerdict.ForeignMac => ("dhcp-behind", "It asks by DHCP for another device behind it.", "Give it a profile with extender = true if it is a repeater."),
            DhcpVerdict.Relayed => ("dhcp-relayed", "Its DHCP messages come through a relay, which this gateway does not serve.", "Switch the relay off: the gateway must be in the devices' LAN."),
            DhcpVerdict.Malformed => ("dhcp-malformed", "Its DHCP messages cannot be read.", "Update the device's software, or give it a fixed address."),
            _ => null,
        };
        if (fault is var (id, text, remedy))
        {
            return Step.Fault(StepId.OwnAddress, text, new Cause(id, text, remedy), facts.Ago(facts.Station.Now - dhcp.Time));
        }

        return dhcp.Verdict is DhcpVerdict.Offered or DhcpVerdict.Refused or DhcpVerdict.Unknown or DhcpVerdict.NotItsLease
            ? Step.Warning(StepId.OwnAddress, $"it asks by DHCP ({NameOf(dhcp.Type)}): {Words(dhcp.Verdict)}{(dhcp.Address == Ipv4Address.Any ? "" : $" ({dhcp.Address})")}", time: facts.Ago(facts.Station.Now - dhcp.Time))
            : null;
    }

    private static Step OfQuestion(DiagnosisFacts facts, ArpTrace asked)
    {
        Step Stop(string id, string text, string remedy) => facts.Device.Bindings.IsEmpty
            ? Step.Fault(StepId.ItsGateway, text, new Cause(id, text, remedy, IsWeak: true))
            : Step.Warning(StepId.ItsGateway, text);

        var profile = facts.Station.Profile.Name;
        return asked.Verdict switch
        {
            ArpVerdict.Answer => Step.Ok(StepId.ItsGateway, $"it asked for {asked.Target}, and the gateway answered"),
            ArpVerdict.AskFirst or ArpVerdict.StillAsking => Step.Ok(StepId.ItsGateway, $"it asked for {asked.Target}; the gateway first makes sure that no other host has it"),
            ArpVerdict.LiveOwner => Stop(
                "gateway-taken", $"It asks for {asked.Target}, and another device here uses that address, so that this one answers.",
                $"If {asked.Target} is its gateway, give the other device another address, or set isolate = true in [profiles.{profile}]."),
            ArpVerdict.UplinkNetwork => Stop(
                "asks-uplink", $"It asks for {asked.Target}, an address of the uplink's network, and gets no answer.",
                $"If it may reach that network, add {asked.Target} to allowed in [profiles.{profile}]; otherwise correct the gateway in its settings."),
            ArpVerdict.AccessNetwork => Stop(
                "asks-access", $"It asks for {asked.Target}, an address of the gateway's own network on this side, from an address outside of it.", "Correct its address or its gateway."),
            ArpVerdict.SenderNotFrameSource => Stop(
                "arp-mac", "Its ARP messages name another MAC address as their sender than their frames do.", "Find the device, such as a repeater, that changes its frames."),
            ArpVerdict.BogusAddress => Stop("bogus_source", $"It asks for {asked.Target} from {asked.Sender}: one of them is valid on no network.", "Give it an address, or restart its network so that it asks by DHCP again."),
            ArpVerdict.OwnAddress => Step.Warning(StepId.ItsGateway, $"it asks for {asked.Target}, which is its own address"),
            ArpVerdict.QuestionLimit => Step.Warning(StepId.ItsGateway, $"it asked for {asked.Target}; too many questions came at once, and its next one is answered"),
            ArpVerdict.RegularHost => Step.Ok(StepId.ItsGateway, $"it asks for {asked.Target} as a host of this LAN, and is left alone"),
            _ => Step.Open(StepId.ItsGateway, $"it asked for {asked.Target}, and the gateway had no reason to answer"),
        };
    }

    private static Step OfArrival(DiagnosisFacts facts, ArrivalTrace arrival)
    {
        Step Stop(string id, string text, string remedy) => Step.Fault(StepId.OutsideAddress, text, new Cause(id, text, remedy));

        var profile = facts.Station.Profile;
        return arrival.Outcome switch
        {
            Arrival.DeviceLimit => Stop(
                "device-limit", $"It uses as many own addresses as it may ({profile.Addresses}), so that {arrival.Address} gets none outside.", $"Raise addresses in [profiles.{profile.Name}], or wait until its other addresses are idle."),
            Arrival.PoolExhausted => Stop("pool-exhausted", $"No outside address is left for {arrival.Address}.", RemedyOfPool),
            Arrival.TableFull => Stop("table-full", "The gateway's table of devices is full.", "Raise [dataplane] bindings, run `innkeeper teardown` and start the gateway again; all devices are offline meanwhile."),
            Arrival.Unproven => Stop(
                "unverified", $"So many new devices came at once that each must answer an ARP question first, and this one has not answered for {arrival.Address}.", "Wait a minute; if it goes on, find the switch port that many new devices come from."),
            Arrival.Waiting => Step.Warning(StepId.OutsideAddress, "an outside address is being tested for it; that takes some seconds"),
            _ => Step.Open(StepId.OutsideAddress, $"its last one was given back, as {arrival.Address} was idle"),
        };
    }

    private static Step WithoutPacket(DiagnosisFacts facts)
    {
        if (facts.DroppedAt(StepId.OutsideAddress) is { } dropped)
        {
            return dropped;
        }

        const string Text = "It has sent no packet that leads out, so that it has no outside address.";
        return facts.Heard() is null
            ? Step.Open(StepId.OutsideAddress, "none yet")
            : Step.Fault(StepId.OutsideAddress, Text, new Cause("no-packet", Text, "Check its IP settings: does it have an address, a netmask and a gateway?", IsWeak: true));
    }
}
