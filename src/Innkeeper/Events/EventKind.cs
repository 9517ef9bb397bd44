namespace Innkeeper.Events;

/// <summary>
/// The kinds of events, as the database, <c>--json</c> and the settings <c>[mail]</c> and <c>[webhook]</c> <c>events</c> name
/// them. Frozen: scripts match them. Kinds are added, never changed or removed.
/// </summary>
internal static class EventKind
{
    public const string PoolLow = "pool-low";
    public const string PoolExhausted = "pool-exhausted";
    public const string TableFull = "table-full";
    public const string SharedAddresses = "shared-addresses";
    public const string Conflict = "conflict";
    public const string Quarantine = "quarantine";
    public const string AddressClaimed = "address-claimed";
    public const string Peer = "peer";
    public const string GatewayDown = "gateway-down";
    public const string GatewayUp = "gateway-up";
    public const string BlockedFull = "blocked-full";
    public const string DhcpDeclined = "dhcp-declined";
    public const string DhcpExhausted = "dhcp-exhausted";
    public const string DhcpNotDurable = "dhcp-not-durable";
    public const string RogueDhcp = "rogue-dhcp";
    public const string MappingLog = "mapping-log";
    public const string Interfaces = "interfaces";
    public const string Configuration = "configuration";
    public const string HostChanged = "host-changed";
    public const string Firewall = "firewall";
    public const string InsideNetwork = "inside-network";
    public const string SettingsFailed = "settings-failed";
    public const string Storage = "storage";
    public const string StateSetAside = "state-set-aside";
    public const string StatePassedOver = "state-passed-over";
    public const string MailDead = "mail-dead";
    public const string MailRefused = "mail-refused";
    public const string WebhookDead = "webhook-dead";
    public const string WebhookRefused = "webhook-refused";
    public const string PortsLow = "ports-low";
    public const string PortsExhausted = "ports-exhausted";
    public const string DnsLimit = "dns-limit";
    public const string MemoryLow = "memory-low";
    public const string Descriptors = "descriptors";
    public const string PinLost = "pin-lost";
    public const string PinRestored = "pin-restored";
    public const string MachineFound = "machine-found";
    public const string DevicesHeld = "devices-held";
    public const string DevicesAdmitted = "devices-admitted";
    public const string AdmissionEnded = "admission-ended";
    public const string DeviceApprove = "device-approve";
    public const string DeviceBlock = "device-block";
    public const string DeviceHold = "device-hold";
    public const string DeviceForget = "device-forget";
    public const string DeviceName = "device-name";
    public const string DeviceTag = "device-tag";
    public const string DeviceUntag = "device-untag";
    public const string DeviceProfile = "device-profile";
    public const string DevicePin = "device-pin";
    public const string DevicesOrder = "devices-order";
    public const string DeviceCapture = "device-capture";
    public const string DeviceWake = "device-wake";
    public const string StateLost = "state-lost";
    public const string Clock = "clock";
    public const string DeviceLimit = "device-limit";
    public const string DhcpForeign = "dhcp-foreign";
    public const string BootpRefused = "bootp-refused";
    public const string OwnMac = "own-mac";
    public const string FormerGateway = "former-gateway";
    public const string GatewaySpoofed = "spoofed-gateway";
    public const string OneLan = "one-lan";
    public const string Backup = "backup";
    public const string Restore = "restore";
    public const string StateRestored = "state-restored";
    public const string Accounts = "accounts";
    public const string AccountChange = "account-change";
    public const string SignInRefused = "sign-in-refused";
    public const string Series = "series";
    public const string Export = "export";
    public const string ConfigurationApply = "configuration-apply";
    public const string ConfigurationConfirm = "configuration-confirm";
    public const string ConfigurationRollback = "configuration-rollback";
    public const string Guests = "guests";
    public const string GuestAdmitted = "guest-admitted";
    public const string Vouchers = "vouchers";
    public const string Room = "room";
    public const string CodeGuessing = "code-guessing";
}
