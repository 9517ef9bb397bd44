using Innkeeper.Configuration;
using Innkeeper.DataPlane;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The steps of the way out: the profile, the gateway, and the way back in.</summary>
internal static class WaySteps
{
    public static Step Profile(DiagnosisFacts facts)
    {
        const string Id = StepId.Profile;
        if (facts.IsKeptOut())
        {
            return Step.Open(Id, $"profile {facts.Station.Profile.Name}, once it is admitted");
        }

        var profile = facts.Station.Profile;
        if (facts.To.Device is not null && profile.Isolate)
        {
            var apart = $"{facts.To.Shown} is another device, and profile {profile.Name} keeps devices apart.";
            return Step.Fault(Id, apart, new Cause("isolated", apart, $"If they are to reach each other, set isolate = false in [profiles.{profile.Name}] and run `innkeeper config reload`."));
        }

        if (facts.Station.MayReach == false && facts.To.Device is null)
        {
            var denied = $"Profile {profile.Name} denies {facts.To.Shown}.";
            return Step.Fault(Id, denied, new Cause("denied", denied, $"If it may go there, add {facts.To.Address} to allowed in [profiles.{profile.Name}] and run `innkeeper config reload`."));
        }

        // Without a destination, a refused one says nothing of the Internet.
        return facts.DroppedAt(Id) ?? Step.Ok(Id, $"profile {profile.Name}{(facts.To.Name is null ? "" : $" allows {facts.To.Shown}")}");
    }

    public static Step Uplink(DiagnosisFacts facts)
    {
        const string Id = StepId.Uplink;
        var (network, gateway) = (facts.Network, facts.Gateway);
        var link = network.Others.FirstOrDefault(o => o?.Interface.Name == gateway.Interface)?.Interface ?? (gateway.Interface == network.Uplink.Name ? network.Uplink : null);
        if (link is not { IsUp: true, HasCarrier: true })
        {
            var text = $"Interface {gateway.Interface} {(link is null ? "is missing" : link.IsUp ? "has no carrier" : "is down")}: nothing leaves by it.";
            return Step.Fault(Id, text, new Cause("uplink-down", text, link is { IsUp: true } ? $"Check the cable of {gateway.Interface} and the device at its other end." : $"Run `ip link set {gateway.Interface} up`."));
        }

        if (!network.HasAddress)
        {
            var text = $"{network.Uplink.Name} has no IPv4 address yet.";
            return Step.Fault(Id, text, new Cause("uplink-address", text, $"Check the DHCP server of the uplink's LAN, or set [uplink] address."));
        }

        var isNear = facts.To.Address is { } to && network.UplinkAddresses.Any(u => u.Contains(to));
        if (gateway.NextHop is null && !isNear)
        {
            var meaning = DropMeaning.Of(new StationDrop(facts.Device.Station, DropReason.NoRoute, 0, default, default, default, 0), facts);
            return Step.Fault(Id, meaning.Text, new Cause(DropMeaning.IdOf(DropReason.NoRoute), meaning.Text, meaning.Remedy));
        }

        if (gateway.IsDown && !isNear)
        {
            var text = $"The router {gateway.NextHop}{(gateway.Name == GatewayConfig.MainName ? "" : $" (gateway {gateway.Name})")} does not answer ARP{(gateway.Since is { } since ? $" since {facts.At(since)}" : "")}.";
            return Step.Fault(Id, text, new Cause("gateway-down", text, $"Check that router and the cable of {gateway.Interface}{RemedyOf(facts)}."), gateway.Since);
        }

        if (facts.DroppedAt(Id) is { } dropped)
        {
            return dropped;
        }

        if (facts.Attention is [var sentence, ..])
        {
            return Step.Warning(Id, sentence);
        }

        var instead = gateway.Name == facts.Station.Profile.Gateway ? "" : $", in place of {facts.Station.Profile.Gateway}, which is down";
        return Step.Ok(Id, gateway.NextHop is { } hop ? $"router {hop} on {gateway.Interface} answers{instead}" : $"{facts.To.Shown} is on the uplink's own network");
    }

    public static Step Inbound(DiagnosisFacts facts)
    {
        const string Id = StepId.Inbound;
        if (facts.IsKeptOut() || facts.Device.Bindings.IsEmpty)
        {
            return Step.Open(Id, "none yet");
        }

        var refused = facts.Drops.FirstOrDefault(d => d.Reason is DropReason.InboundRefused or DropReason.Appearance);
        if (refused is not null)
        {
            var meaning = DropMeaning.Of(refused, facts);
            return Step.Warning(Id, $"{meaning.Text} Dropped: {refused.Count}", new Cause(DropMeaning.IdOf(refused.Reason), meaning.Text, meaning.Remedy), facts.Ago(refused.LastAge));
        }

        return Step.Ok(Id, !facts.Station.Profile.Inbound ? $"profile {facts.Station.Profile.Name} refuses conversations that hosts outside begin"
            : facts.Device.Bindings.Any(b => b.HasOwn) ? "hosts outside may begin conversations with it"
            : "hosts outside cannot begin conversations with it, as it shares its address");
    }

    private static string RemedyOf(DiagnosisFacts facts) =>
        facts.Gateway.Name == GatewayConfig.MainName ? ", or set [uplink] gateway" : facts.Station.Profile.Fallback is null ? $", or set fallback in [profiles.{facts.Station.Profile.Name}]" : "";
}
