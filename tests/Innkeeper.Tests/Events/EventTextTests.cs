using System.Reflection;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Events;

/// <summary>Kinds are a contract with scripts; texts are one printable line whatever guests chose.</summary>
public sealed class EventTextTests
{
    private static readonly MacAddress s_mac = MacAddress.Parse("06:1a:5e:00:00:02");
    private static readonly MacAddress s_other = MacAddress.Parse("06:1a:5e:00:00:03");
    private static readonly Ipv4Address s_address = Ipv4Address.Parse("192.0.2.7");
    private static readonly Ipv4Network s_network = Ipv4Network.Parse("192.0.2.1/24");

    /// <summary>To be changed by adding only.</summary>
    private static readonly string[] s_frozen =
    [
        "account-change", "accounts", "address-claimed", "admission-ended", "appearance", "backup", "blocked-full", "bootp-refused", "clock", "code-guessing", "configuration", "configuration-apply",
        "configuration-confirm", "configuration-rollback", "conflict", "descriptors",
        "device-approve", "device-block", "device-capture", "device-forget", "device-hold", "device-limit", "device-name", "device-pin", "device-profile",
        "device-tag", "device-untag", "device-wake", "devices-admitted", "devices-held", "devices-order", "dhcp-declined", "dhcp-exhausted", "dhcp-foreign",
        "dhcp-not-durable", "dns-limit", "export", "find", "firewall", "former-gateway", "forward-opened", "forward-refused", "gateway-down", "gateway-up", "guest-admitted", "guests", "host-changed", "inside-network",
        "interfaces", "ipv6-limit", "ipv6-outside", "ipv6-router", "machine-found", "mail-dead", "mail-refused", "mapping-log", "memory-low", "one-lan", "own-mac", "peer", "pin-lost", "pin-restored",
        "pool-exhausted", "pool-low", "ports-exhausted", "ports-low", "quarantine", "restore", "rogue-dhcp", "room", "series", "settings-failed", "shared-addresses", "sign-in-refused",
        "spoofed-gateway", "state-lost", "state-passed-over", "state-restored", "state-set-aside", "storage", "table-full", "volume-renewed", "volume-used", "vouchers", "webhook-dead", "webhook-refused",
    ];

    private static IEnumerable<string> Kinds =>
        typeof(EventKind).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);

    /// <summary>Every event with a text in each of its text fields.</summary>
    private static GatewayEvent[] All(string text)
    {
        var device = new DeviceSnapshot(s_mac, text, "held");
        return
        [
            new PoolLow(18, 20), new PoolExhausted(s_mac, s_address), new BindingTableFull(), new SharedSlotsFull(s_address, 64), new AddressDefended(s_address, s_mac),
            new PortsLow(18_100, 22_528, 3000, 1, 9), new PortsLow(18_100, 22_528, 30, 1, 1), new PortsExhausted(22_000, 22_528, 3000, 1, 9, s_mac, 700),
            new PortsExhausted(22_000, 22_528, 17, 1, 1, null, 0), new DnsLimitReached(s_mac, IsHeld: true, 100, TimeSpan.FromSeconds(8), 3, text),
            new DnsLimitReached(s_mac, IsHeld: false, 100, TimeSpan.FromSeconds(8), 3, text), new DnsPendingLow(7000, 8192, s_mac, 500), new DnsPendingLow(7000, 8192, null, 0),
            new StationsSought(TimeSpan.FromMinutes(2), Asks: true, text), new StationsSought(TimeSpan.FromMinutes(2), Asks: false, text), new MemoryLow(130, 160), new MemoryEnough(90, 160),
            new AddressQuarantined(s_address, s_mac, TimeSpan.FromMinutes(10)), new RouterContested(s_address, [s_mac, s_other]),
            new RouterSpoofed(s_mac, s_address, s_other), new OneLanFound("lan0", "wan0"), new OneLanLeft("lan0", "wan0"),
            new AddressSpoofed(s_mac, s_address, s_other, IsIsolated: true, IsByRouter: false), new AddressSpoofed(s_mac, s_address, null, IsIsolated: false, IsByRouter: true),
            new PeerFound(s_mac, 50, 100, IsPassive: false), new PeerFound(s_mac, 100, 50, IsPassive: true), new PeerLost(),
            new GatewayDown(text, s_address, IsMain: false), new GatewayDown(text, null, IsMain: true), new GatewayUp(text, s_address), new BlockedListFull(s_mac),
            new LeaseDeclined(s_mac, s_address, TimeSpan.FromMinutes(10)), new LeasesExhausted(s_mac, 9, 9), new LeasesNotDurable(),
            new Ipv6RouterFound(s_mac, 0, Ipv6Address.Parse("fe80::2")), new Ipv6RouterFound(s_mac, 7, Ipv6Address.Parse("fe80::2")), new Ipv6DeviceLimitReached(s_mac, Ipv6Address.Parse("2001:db8::5")), new Ipv6OutsideChanged(null, null), new Ipv6OutsideChanged(Ipv6Network.Parse("2001:db8:77:1::/64"), Ipv6Address.Parse("fe80::1")), new OwnMacHeard(s_mac, 7), new OwnMacHeard(s_mac, 0), new OwnFramesReturn(s_mac, 0), new FormerGatewayUsed(s_mac, s_other), new GatewayAddressClaimed(s_mac, s_address, 3),
            new DeviceLimitReached(s_mac, s_address, 4), new ClientBehindDevice(s_mac, s_other), new BootpRefused(s_mac, IsForPinned: true), new BootpRefused(s_mac, IsForPinned: false),
            new RogueDhcpServer(s_address, s_mac, null), new RogueDhcpServer(s_address, null, s_other), new MappingLogFailed(text, text, 1000),
            new InterfacesChanged(new InterfaceStatus(text, "up"), new InterfaceStatus(text, "down", s_network), s_address, 1500, [null, new InterfaceStatus(text, "up", s_network)]),
            new InterfacesChanged(null, new InterfaceStatus(text, "up", s_network), s_address, 1500, [], IsRouterRemembered: true),
            new InterfacesChanged(null, new InterfaceStatus(text, "up", s_network), null, 1500, []), new InterfaceUnusable(text), new InterfaceFailure(text), new SettingUnfit(text),
            new FirewallClosed(text, true, [text, text]), new FirewallClosed(text, false, [text]), new FirewallOpened(text), new HostStateRestored([text, text], 0), new HostStateRestored([text], 3), new InsideNetworkMoved(s_network, s_network, text), new InsideNetworkTaken(s_network, text),
            new DeviceErased(text), new ExportFailed(text, text, text, 1), new ExportFailed(text, text, text, 7), new ExportLosing(text, text), new ExportRestored(text, text, 0), new ExportRestored(text, text, 3),
            new SeriesFailed(text, text), new SeriesRestored(text), new SeriesSetAside(text, text), new SettingsFailed(text), new StorageFailed(text, text), new StorageRestored(text), new DatabaseSetAside(text, text), new RowsSkipped(3),
            new StateReplaced(text, IsMissing: true, null, 3, null), new StateReplaced(text, IsMissing: false, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), 3, [device]),
            new StateReplaced(text, IsMissing: false, null, 0, []), new StateRewritten(text), new DecisionsKept([.. Enumerable.Repeat(device, 25)]),
            new StorageUnavailable(text, text, null, IsWhole: false), new StorageUnavailable(text, text, null, IsWhole: true),
            new StorageUnavailable(text, text, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), IsWhole: false), new SnapshotFailed(text),
            new ConfigurationApplied(text, text, text, [text, text], new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero)), new ConfigurationApplied(text, null, null, [], null),
            new ConfigurationConfirmed(text, text, text), new ConfigurationUndone(text, null, text, null), new ConfigurationUndone(null, null, text, text),
            new BackupMade(text, 4096), new StateRestore(text, text, text, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), text), new StateRestored(text),
            new AccountsSetAside(text, text, IsWhole: true), new AccountsSetAside(text, text, IsWhole: false), new AccountsUnusable(text), new AccountsUsable(), new AccountChanged(text, text), new SignInsRefused(text, text, 1), new SignInsRefused(text, text, 12),
            new ClockJumped(TimeSpan.FromDays(5)), new ClockJumped(TimeSpan.FromMinutes(-90)), new ClockJumped(TimeSpan.FromSeconds(90)),
            new MessageDropped(IsMail: true, text, text), new MessageDropped(IsMail: false, text, text), new RecipientsRefused(IsMail: true, text), new RecipientsRefused(IsMail: false, text),
            new VolumeUsedUp(text, text, text, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), null), new VolumeUsedUp(text, text, text, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), s_mac),
            new VolumesUsedUp(1), new VolumesUsedUp(7), new VolumeRenewed(text, text, null), new VolumeRenewed(text, text, s_mac), new VolumesRenewed(1), new VolumesRenewed(7),
            new AdmissionEnded(s_mac, text, text), new AdmissionEnded(s_mac, text, text, text),
            new GuestsSetAside(text, text, IsWhole: true), new GuestsSetAside(text, text, IsWhole: false), new GuestsUnusable(text), new GuestsUsable(), new GuestAdmitted(s_mac, text, text, text, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero)),
            new GuestAdmitted(s_mac, "", text, text, null), new VouchersChanged(text, text), new RoomChanged(text, text), new CodesGuessed([s_mac], 1, 6), new CodesGuessed([s_mac, s_other], 12, 600), new AdmissionsEnded(1), new DevicesHeldAtStart([text], [text, text]), new DevicesHeldAtStart([.. Enumerable.Repeat(text, 11)], []), new DevicesAdmittedAtStart([text]), new PinLost(s_mac, text, s_address, s_other), new PinRestored(s_mac, text, s_address), new AppearanceGivenUp(s_address, 0, s_mac), new AppearanceGivenUp(s_address, 7, s_mac), new AppearancesMissing(s_mac, s_address, 7), new MachineFound(text, s_mac, 7, null), new MachineFound(text, s_mac, 7, s_other), new ForwardOpened(text, text, s_mac, s_address), new ForwardRefused(text, text, text), new DescriptorsExhausted(), new DescriptorsRestored(),
            new DeviceApproved(device, new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), text, text, text), new DeviceApproved(device, null, text, text, ""),
            new DeviceBlocked(device, text, text), new DeviceHeld(device, text, text), new DeviceForgotten(device, text), new DeviceNamed(device, text, text),
            new DeviceNamed(device with { Name = "" }, text, text), new DeviceTagged(device, IsAdded: true, [text], text, text), new DeviceTagged(device, IsAdded: false, [], text, text),
            new DeviceProfiled(device, text, IsPinned: true, text, text), new DeviceProfiled(device, text, IsPinned: false, text, text),
            new DevicePinned(device, s_address, text, text), new DevicePinned(device, null, text, text), new DeviceCaptured(device, TimeSpan.FromSeconds(30), text), new DeviceWoken(device, text),
            new DevicesOrdered("approve", 25, [.. Enumerable.Repeat(text, 20)], 2, "", "8h", text, text), new DevicesOrdered("block", 1, [text], 0, "", "", text, ""),
            new DevicesOrdered("hold", 2, [text, text], 0, "", "", text, ""), new DevicesOrdered("forget", 1, [text], 0, "", "", text, ""), new DevicesOrdered("tag", 1, [text], 0, text, "", text, ""),
            new DevicesOrdered("untag", 1, [text], 0, text, "", text, ""), new DevicesOrdered("profile", 3, [text], 0, text, "", text, ""), new DevicesOrdered("profile", 1, [text], 0, "", "", text, ""),
        ];
    }

    [Fact]
    public void Kinds_AreFrozen() => Assert.Equal(s_frozen, Kinds.Order(StringComparer.Ordinal));

    [Fact]
    public void Kinds_ThatCanBeNotified_AreKinds() => Assert.Subset(Kinds.Append(NotificationConfig.Arrival).ToHashSet(), NotificationConfig.Kinds.ToHashSet());

    /// <summary>What the tests below look at is complete.</summary>
    [Fact]
    public void Samples_HoldEveryTypeAndEveryKind()
    {
        var types = typeof(GatewayEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(GatewayEvent)) && !t.IsAbstract);

        Assert.Equal(types.Select(t => t.Name).Order(StringComparer.Ordinal), All("x").Select(e => e.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(s_frozen, All("x").Select(e => e.Kind).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Describe_HostileFields_IsOnePrintableLine() => Assert.All(All("a\r\nb\u001b[2J\0\u2028\u202e\ud800{0}"), happened =>
    {
        var text = EventText.Describe(happened);

        Assert.All(text.EnumerateRunes(), rune => Assert.True(SafeText.IsPrintable(rune), $"{happened.Kind}: {text}"));
        Assert.NotEqual("", text.Trim());
    });

    [Fact]
    public void Describe_LeavesNoPlaceholderAndNoEmptyPlace() => Assert.All(All("field"), happened =>
    {
        var text = EventText.Describe(happened);

        Assert.DoesNotMatch(@"[{}]|  | [,;.:)]|\( |\(\)|\bnull\b", text);
        Assert.DoesNotContain(happened.GetType().Name, text, StringComparison.Ordinal);
        Assert.Equal(text.Trim(), text);
    });

    /// <summary>Fields are there for programs: what the text names, they need not look for in it.</summary>
    [Fact]
    public void About_NamesWhatTheTextNames() => Assert.All(All("field"), happened =>
    {
        var text = EventText.Describe(happened);
        foreach (var part in new[] { happened.About.Mac?.ToString(), happened.About.Address?.ToString(), happened.About.Gateway, happened.About.Actor }.OfType<string>())
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.Equal(happened is DeviceDecision or StationsSought or DeviceErased or DevicesOrdered or BackupMade or StateRestore or AccountChanged or VouchersChanged or RoomChanged or ConfigurationApplied or ConfigurationConfirmed or ConfigurationUndone { Actor: not null }, happened.About.Actor is not null);
        Assert.Equal(happened.Kind.StartsWith("gateway-", StringComparison.Ordinal), happened.About.Gateway is not null);
    });

    [Fact]
    public void Describe_Decision_SaysWhoAndWhy()
    {
        var device = new DeviceSnapshot(s_mac, "room 12", "admitted");

        Assert.Equal("06:1a:5e:00:00:02 (room 12) is admitted; profile default (by root: paid)", EventText.Describe(new DeviceApproved(device, null, "default", "root", "paid")));
        Assert.Equal("192.0.2.7 is kept for 06:1a:5e:00:00:02 (room 12) (by root)", EventText.Describe(new DevicePinned(device, s_address, "root", "")));
        Assert.Equal(
            "06:1a:5e:00:00:02 is called room 12; it is held (by root)", EventText.Describe(new DeviceNamed(device with { State = "held" }, "root", "")));
    }

    [Fact]
    public void TitleOf_KindThatCanBeNotified_IsThere() =>
        Assert.All(NotificationConfig.Kinds.Remove(NotificationConfig.Arrival), kind => Assert.NotNull(EventText.TitleOf(kind)));
}
