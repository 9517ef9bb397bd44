using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Guests;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Portal;

namespace Innkeeper.Hosting;

/// <summary>Vouchers, rooms and the portal's way to them, and the counting of guests' data, put together on the control plane.</summary>
internal sealed class GuestServices : IDisposable
{
    private readonly GuestAdmissions _admissions;
    private readonly DataMeter _meter;

    public GuestServices(
        InnkeeperConfig config, GuestStore store, DeviceStore devices, DeviceDirectory directory, CountedBindings bindings, ControlCore control, IDurability disk,
        VolumeLimits volumes, IVolumeStore state, EventLog events, IAuditTrail audit, TimeProvider clock)
    {
        var (reports, journal) = (new GuestReporter(config, store, devices, clock), new GuestJournal(events, audit));
        _admissions = new GuestAdmissions(new GuestPlane(devices, control.Policy.Admission, control.Inbox, control.Admission, disk, directory.VlanOf), store, events, clock);
        Vouchers = new VoucherOperations(config, store, _admissions, reports, journal, clock);
        Rooms = new RoomOperations(config, store, _admissions, reports, journal, clock);
        Terms = new TermsQueries(store, device => directory.Find(device).Value?.Mac, clock);
        Door = new GuestDoor(store, _admissions, new CodeGuard(clock), devices, events, clock);

        ulong OctetsOf(uint number) => bindings.TrafficOf(number) is var traffic ? traffic.OutBytes + traffic.InBytes : 0;
        _meter = new DataMeter(store, _admissions, devices, () => bindings.All, OctetsOf, clock);
        Volumes = new VolumeMeter(
            volumes, devices, () => bindings.All, OctetsOf, state, macs => control.Inbox.Post(() => control.Admission.Reapply(macs)), events, clock);

        // The control plane's first turn does what an earlier process did not come to.
        control.Inbox.Post(_admissions.Reconcile);
    }

    public IVoucherOperations Vouchers { get; }

    public IRoomOperations Rooms { get; }

    public ITermsQueries Terms { get; }

    public IGuestDoor Door { get; }

    public VolumeMeter Volumes { get; }

    public void Dispose()
    {
        _meter.Dispose();
        Volumes.Dispose();
    }
}
