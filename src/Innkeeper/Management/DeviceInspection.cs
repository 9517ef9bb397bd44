using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Inspection;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Looks at one device's link: asks it, and captures its packets.</summary>
/// <param name="network">The interfaces now.</param>
/// <param name="bindings">All bindings.</param>
/// <param name="sender">The address that the gateway asks devices from when it knows no better.</param>
/// <param name="mappingOwner">The number of the binding that has a mapping.</param>
internal sealed class DeviceInspection(
    DeviceDirectory directory, CommandJournal journal, Func<NetworkState> network, Func<System.Collections.Immutable.ImmutableDictionary<uint, Binding>> bindings, Func<Ipv4Address> sender,
    Func<MappingKey, uint?> mappingOwner, IDropCopies drops) : IDeviceInspection
{
    /// <summary>Own addresses of one device that are asked.</summary>
    private const int MostAddresses = 8;

    /// <summary>Devices that are asked at the same time.</summary>
    private const int MostPings = 8;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly string s_application = $"innkeeper {typeof(DeviceInspection).Assembly.GetName().Version!.ToString(3)}";

    private readonly Lock _lock = new();
    private string? _captured;
    private int _pings;

    /// <inheritdoc/>
    public async ValueTask<Result<PingReport>> PingAsync(Actor actor, string device, CancellationToken stop)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var found = directory.Find(device);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        var mac = found.Value.Mac;
        var targets = directory.Of(mac).SelectMany(d => d.Bindings).OrderBy(b => b.Number).Take(MostAddresses).Select(TargetOf).ToList();
        if (targets.Count == 0)
        {
            return new Unavailable($"no address of {mac} is known: it has not sent a packet since it was last idle, and there is no address to ask");
        }

        if (Interlocked.Increment(ref _pings) > MostPings)
        {
            Interlocked.Decrement(ref _pings);
            return new Unavailable($"{MostPings} devices are being asked at this moment; try again");
        }

        try
        {
            var ping = new DevicePing(() => network().Access);
            var answers = await Task.WhenAll(targets.Select(t => Task.Run(() => ReportOf(t, ping.Ask(t, s_patience, stop)), stop))).ConfigureAwait(false);
            return new PingReport(1, mac.ToString(), answers);
        }
        catch (NetlinkException e)
        {
            return new Unavailable($"{network().Access.Name} cannot be used: {e.Message}");
        }
        finally
        {
            Interlocked.Decrement(ref _pings);
        }
    }

    /// <inheritdoc/>
    public Result<PacketCapture> Capture(Actor actor, string device, CaptureLimits limits)
    {
        if ((actor.Lacks(Permission.Admin) ?? (Failure?)Check(limits)) is { } refusal)
        {
            return refusal;
        }

        // A device that is yet to come can be captured: by its MAC.
        var found = MacText.TryParse(device, out _) ? directory.Identify(device) : directory.Find(device);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        var mac = found.Value.Mac;
        lock (_lock)
        {
            if (_captured is not null)
            {
                return new Unavailable($"{_captured}; only one device is captured at a time");
            }

            try
            {
                var source = new CaptureSource(mac, [.. LinksOf(network())], bindings, mappingOwner, drops, DropTexts.Of);
                var captured = $"{actor.Name} captures {mac}";
                var capture = new PacketCapture(source, limits, s_application, () => Release(captured));
                _captured = captured;
                Journal(actor, mac, limits.Time);
                return capture;
            }
            catch (Exception e) when (e is NetlinkException or DataPlaneException)
            {
                return new Unavailable(e.Message);
            }
        }
    }

    /// <summary>A capture is over. Its thread waits for the lock if it is over before <see cref="Capture"/> has returned.</summary>
    private void Release(string captured)
    {
        lock (_lock)
        {
            _captured = ReferenceEquals(_captured, captured) ? null : _captured;
        }
    }

    private static Invalid? Check(CaptureLimits limits) =>
        limits.Time <= TimeSpan.Zero || limits.Time > CaptureLimits.LongestTime ? new Invalid("time", $"{limits.Time.TotalSeconds} s", "one from \"1s\" to \"10m\"")
        : limits.Packets < 0 ? new Invalid("count", $"{limits.Packets}", "a number of packets, or 0 for any")
        : limits.Snap is < CaptureLimits.LeastSnap or > CaptureLimits.MostSnap ? new Invalid("snap", $"{limits.Snap}", $"a number of octets from {CaptureLimits.LeastSnap} to {CaptureLimits.MostSnap}")
        : null;

    private void Journal(Actor actor, MacAddress mac, TimeSpan time)
    {
        var record = directory.RecordOf(mac);
        var state = DeviceQueries.NameOf(record?.Admission.State ?? Policy.AdmissionState.New);
        journal.Add(actor, new DeviceCaptured(new DeviceSnapshot(mac, record?.Name ?? "", state), time, actor.Name), record, record);
    }

    /// <summary>On one arm the router's own address is the LAN's: asked from it, the device would send its packets here.</summary>
    private PingTarget TargetOf(Binding binding)
    {
        var here = network();
        var isGateway = binding.Gateway != Ipv4Address.Any && binding.Gateway != binding.Claim.Address && !(here.IsOneArmed && here.UplinkAddress.Contains(binding.Gateway));
        return new PingTarget(binding.Claim, isGateway ? binding.Gateway : sender());
    }

    private static PingAnswerReport ReportOf(PingTarget target, PingAnswer answer) => new(
        target.Claim.Station.Vlan, target.Claim.Address.ToString(), target.As.ToString(), MillisecondsOf(answer.Arp), MillisecondsOf(answer.Echo));

    private static double? MillisecondsOf(TimeSpan? time) => time is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    private static IEnumerable<CaptureLink> LinksOf(NetworkState here)
    {
        if (here.IsOneArmed)
        {
            return [new CaptureLink(here.Access.Index, here.Access.Name, "the LAN", true, true)];
        }

        return
        [
            new CaptureLink(here.Access.Index, here.Access.Name, "the side of the devices", true, false),
            .. here.Others.OfType<UplinkState>().Select(o => o.Interface).Prepend(here.Uplink).Select(l => new CaptureLink(l.Index, l.Name, "an uplink, with outside addresses", false, true)),
        ];
    }
}
