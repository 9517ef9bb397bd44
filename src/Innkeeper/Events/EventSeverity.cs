namespace Innkeeper.Events;

/// <summary>How much a kind of event matters. The names are frozen: clients filter by them.</summary>
internal static class EventSeverity
{
    /// <summary>Devices have no service, or a decision is not kept.</summary>
    public const string Error = "error";

    /// <summary>Something to look at; devices are served.</summary>
    public const string Warning = "warning";

    /// <summary>An order, or a change that needs nothing of the administrator.</summary>
    public const string Info = "info";

    public static readonly IReadOnlyList<string> All = [Error, Warning, Info];

    /// <summary>A kind that tells of a failure and of its end has the failure's severity.</summary>
    /// <param name="kind">One of <see cref="EventKind"/>, or of another version.</param>
    public static string Of(string kind) => kind switch
    {
        EventKind.PoolExhausted or EventKind.PortsExhausted or EventKind.TableFull or EventKind.BlockedFull or EventKind.DhcpExhausted or EventKind.DhcpNotDurable or EventKind.GatewayDown
            or EventKind.SettingsFailed or EventKind.Storage or EventKind.StateLost or EventKind.OneLan or EventKind.Firewall => Error,
        EventKind.GatewayUp or EventKind.PinRestored or EventKind.MachineFound or EventKind.DevicesHeld or EventKind.DevicesAdmitted or EventKind.AdmissionEnded or EventKind.DeviceApprove or EventKind.DeviceBlock
            or EventKind.DeviceHold or EventKind.DeviceForget or EventKind.DeviceName or EventKind.DeviceTag or EventKind.DeviceUntag or EventKind.DeviceProfile or EventKind.DevicePin
            or EventKind.DeviceCapture or EventKind.DeviceWake or EventKind.Find or EventKind.DevicesOrder or EventKind.Configuration or EventKind.Interfaces or EventKind.InsideNetwork or EventKind.Backup or EventKind.Restore or EventKind.StateRestored
            or EventKind.ForwardOpened or EventKind.VolumeRenewed or EventKind.GuestAdmitted or EventKind.Vouchers or EventKind.Room => Info,
        _ => Warning,
    };
}
