using Innkeeper.Policy;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <summary>The administrator's orders: carried out by the dispatcher's thread, done when they are on disk, and noted with his name.</summary>
internal sealed class Administration(Dispatcher dispatcher, AdmissionOffice office, Registry registry, EventLog events, StateWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public async ValueTask<OrderOutcome> Carry(DeviceOrder order)
    {
        var carried = new TaskCompletionSource<OrderOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        dispatcher.Post(() =>
        {
            try
            {
                carried.SetResult(CarryOut(order));
            }
            catch (Exception e)
            {
                // The control socket says what it was; the gateway goes on.
                carried.SetException(e);
            }
        });
        var outcome = await carried.Task.ConfigureAwait(false);
        if (outcome.Done && !await Task.Run(() => writer.Flush(s_patience)).ConfigureAwait(false))
        {
            return outcome with { Text = $"{outcome.Text}. It is in force, but not on disk yet ({writer.Health.Reason ?? "the disk is slow"})" };
        }

        return outcome;
    }

    private OrderOutcome CarryOut(DeviceOrder order)
    {
        var now = clock.GetUtcNow();
        var known = office.Book.Find(order.Mac);
        if (order.Verb == DeviceVerb.Forget)
        {
            return known is null ? OrderOutcome.NotFound($"nothing is known of {order.Mac}") : Forget(known, order);
        }

        // A device may be spoken of before it comes.
        var device = known ?? new DeviceRecord(order.Mac, now);
        var vlan = registry.BindingsOf(order.Mac) is [var first, ..] ? first.Claim.Station.Vlan : (ushort)0;
        if (IcmpUnreachable(order, device) is { } refusal)
        {
            return refusal;
        }

        var changed = Change(order, device, vlan, now);
        var after = office.AdmissionPolicy.Evaluate(changed, vlan, now);
        dispatcher.Decide(after);
        var decision = DecisionOf(order, after);
        events.Add(decision);
        return OrderOutcome.Carried(order.Mac, EventText.OutcomeOf(decision));
    }

    private OrderOutcome Forget(DeviceRecord device, DeviceOrder order)
    {
        dispatcher.ForgetDevice(device);
        var decision = new DeviceForgotten(Ordered(device), order.By);
        events.Add(decision);
        return OrderOutcome.Carried(device.Mac, EventText.OutcomeOf(decision));
    }

    /// <summary>What stands against an order; null: nothing.</summary>
    private OrderOutcome? IcmpUnreachable(DeviceOrder order, DeviceRecord device)
    {
        if (order.Verb is DeviceVerb.Approve or DeviceVerb.Profile && order.Value is { Length: > 0 } profile && !office.Config.Profiles.ContainsKey(profile))
        {
            return OrderOutcome.NotFound(Configuration.Suggest.Nearest(profile, office.Config.Profiles.Keys) is { } nearest
                ? $"there is no profile {SafeText.Shorten(profile)}; did you mean {nearest}?"
                : $"there is no profile {SafeText.Shorten(profile)}; there are {string.Join(", ", office.Config.Profiles.Keys.Order())}");
        }

        if (order.Verb != DeviceVerb.Pin || order.Value is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Ipv4Address.TryParse(text, out var legal) || !office.Config.Pool.Addresses.Concat(office.Config.Gateways.SelectMany(g => g.Pool)).Any(r => r.Contains(legal)))
        {
            return OrderOutcome.NotFound($"{SafeText.Shorten(text)} is no address of a pool; only those can be given to one device");
        }

        return office.Book.Devices.Values.FirstOrDefault(d => d.PinnedLegal == legal && d.Mac != device.Mac) is { } other
            ? OrderOutcome.Refused($"{legal} is kept for {TextOf(other)}; `innkeeper devices pin {other.Mac} \"\"` takes it back")
            : null;
    }

    private DeviceRecord Change(DeviceOrder order, DeviceRecord device, ushort vlan, DateTimeOffset now) => order.Verb switch
    {
        DeviceVerb.Approve => office.AdmissionPolicy.Approve(
            order.Value is { Length: > 0 } profile ? device with { PinnedProfile = profile } : device, vlan, order.For, order.Reason ?? "", order.By, now),
        DeviceVerb.Block => AdmissionPolicy.Refuse(device, AdmissionState.Blocked, order.Reason ?? "", order.By, now),
        DeviceVerb.Hold => AdmissionPolicy.Refuse(device, AdmissionState.Held, order.Reason ?? "", order.By, now),
        DeviceVerb.Name => device with { Name = order.Value ?? "" },
        DeviceVerb.Tag => device with { Tags = device.Tags.Add(order.Value ?? "") },
        DeviceVerb.Untag => device with { Tags = device.Tags.Remove(order.Value ?? "") },
        DeviceVerb.Profile => device with { PinnedProfile = order.Value is { Length: > 0 } pinned ? pinned : null },
        DeviceVerb.Pin => device with { PinnedLegal = order.Value is { Length: > 0 } legal ? Ipv4Address.Parse(legal) : null },
        _ => device,
    };

    private static DeviceDecision DecisionOf(DeviceOrder order, DeviceRecord device)
    {
        var (ordered, why) = (Ordered(device), order.Reason ?? "");
        return order.Verb switch
        {
            DeviceVerb.Approve => new DeviceApproved(ordered, device.Admission.Until, device.Profile, order.By, why),
            DeviceVerb.Block => new DeviceBlocked(ordered, order.By, why),
            DeviceVerb.Hold => new DeviceHeld(ordered, order.By, why),
            DeviceVerb.Name => new DeviceNamed(ordered, order.By, why),
            DeviceVerb.Tag or DeviceVerb.Untag => new DeviceTagged(ordered, order.Verb == DeviceVerb.Tag, [.. device.Tags], order.By, why),
            DeviceVerb.Profile => new DeviceProfiled(ordered, device.PinnedProfile ?? device.Profile, device.PinnedProfile is not null, order.By, why),
            _ => new DevicePinned(ordered, device.PinnedLegal, order.By, why),
        };
    }

    private static OrderedDevice Ordered(DeviceRecord device) => new(device.Mac, device.Name, device.Admission.State.ToString().ToLowerInvariant());

    private static string TextOf(DeviceRecord device) => device.Name.Length > 0 ? $"{device.Mac} ({device.Name})" : device.Mac.ToString();
}
