using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Guests;
using Innkeeper.Management;
using Innkeeper.Policy;

namespace Innkeeper.Hosting;

/// <summary>Vouchers, rooms and the portal's way to them, put together on the control plane.</summary>
internal sealed class GuestServices
{
    private readonly GuestAdmissions _admissions;

    public GuestServices(
        InnkeeperConfig config, GuestStore store, DeviceStore devices, DeviceDirectory directory, ControlCore control, IDurability disk, EventLog events, IAuditTrail audit, TimeProvider clock)
    {
        var (reports, journal) = (new GuestReporter(config, store, devices, clock), new GuestJournal(events, audit));
        _admissions = new GuestAdmissions(new GuestPlane(devices, control.Policy.Admission, control.Inbox, control.Admission, disk, directory.VlanOf), store, events, clock);
        Vouchers = new VoucherOperations(config, store, _admissions, reports, journal, clock);
        Rooms = new RoomOperations(config, store, _admissions, reports, journal, clock);

        // The control plane's first turn does what an earlier process did not come to.
        control.Inbox.Post(_admissions.Reconcile);
    }

    public IVoucherOperations Vouchers { get; }

    public IRoomOperations Rooms { get; }
}
