using System.Globalization;
using System.Text.RegularExpressions;
using Innkeeper.Accounts;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Dns.Sockets;
using Innkeeper.Guests;
using Innkeeper.Hosting;
using Innkeeper.Management;
using Innkeeper.Notifications;

namespace Innkeeper.Tests.Repository;

/// <summary>The figures of docs/limits.md are the program's.</summary>
public sealed class LimitsDocumentTests
{
    private static readonly string s_text = Regex.Replace(Checkout.Read("docs/limits.md"), @"\s+", " ");
    private static readonly NaptConfig s_napt = new();

    public static TheoryData<string> Sentences =>
    [
        .. new FormattableString[]
        {
            $"for {(int)FairShare.NewcomerTime.TotalMinutes} minutes after its first packet",
            $"one {FairShare.Part}th of what is still free",
            $"each gets 1/{FairShare.Part + 16} of the stock",
            $"each gets 1/{FairShare.Part + 3000}.",
            $"leaves {FairShare.NewcomerKeeps}/16 of the stock",
            $"leaves {FairShare.CrowdKeeps}/16.",
            $"| {OnUplink:N0} of the uplink's own address, {Whole:N0} of any other |",
            $"`ports-low` ({PortWatch.Low} % taken)",
            $"| vouchers, batches, rooms | {GuestState.MostVouchers:N0}; {GuestState.MostBatches:N0}; {GuestState.MostRooms:N0}.",
            $"| ports of all forwards together | {ForwardDefinitions.MostPorts}, of up to {ForwardDefinitions.Most} forwards |",
            $"| vouchers of one batch | {VoucherOperations.MostOfBatch:N0} |",
            $"| devices of one voucher or room | {GuestState.MostDevices} |",
            $"the latest {GuestDatabase.MostAcceptances:N0};",
            $"| questions that wait for DNS servers | {DnsBudgets.MaxPending} |",
            $"| questions to DNS servers by TCP or TLS | {DnsBudgets.MaxStreams} |",
            $"| clients that wait for one question | {PendingQuery.MaxWaiters} |",
            $"| TCP connections to the DNS service | {TcpEndpoint.MaxConnections} | its fair share, and at most {TcpEndpoint.MaxOfOne} |",
            $"| {new DnsConfig().MissesPerSecond} a second | `[dns] misses_per_second` |",
            $"{DnsBudgets.HeldOctets * 8 / 1000} kbit/s ({DnsBudgets.HeldOctets} octets a second",
            $"| {DnsBudgets.HeldNames} a second, four seconds' worth at once;",
            $"counts as {DnsBudgets.UnusualNames} |",
            $"| new names of all held devices of a VLAN | {DnsBudgets.HeldNamesOfVlan} a second |",
            $"| {s_napt.NewPerSecond} a second, five seconds' worth at once | `[napt] new_per_second` |",
            $"| {s_napt.PortsPerDevice} | `[napt] ports_per_device` |",
            $"of a station | {StationTraces.Capacity} known devices, {StationTraces.Capacity} other stations |",
            $"| last DNS question and answer of a device | {RecentQuestions.Capacity} |",
            $"; {Garden.MaxAddresses} addresses of one answer |",
            $"| users | {User.Most} |",
            $"| API tokens | {ApiToken.Most} |",
            $"| sessions of a user | {Session.MostOfUser} |",
            $"| entries of the audit trail | {AccountDatabase.MostChanges:N0} changes; {AccountDatabase.MostRefusals:N0} refused sign-ins |",
            $"before and after each | {AuditFields.MaxLength} octets |",
            $"| entries that wait for a disk that cannot be written | {AccountStore.MostWaiting:N0} |",
            $"| refused sign-ins in the audit trail | {SignInRefusals.MostEntries} a minute |",
            $"| failures that are remembered | {SignInGuard.Capacity} addresses, and {SignInGuard.Capacity} pairs of a block and a name |",
            $"| passwords that are checked at once | 1 | {PasswordQueue.Capacity} wait, {PasswordQueue.Reserved} of them only from known addresses;",
            $"| own addresses | {new ProfileConfig { Name = "default" }.Addresses} |",
            $"A device needs about {PortWatch.PortsOfADevice} ports.",
            $"silent for {(int)PortReclaimer.SilentFor.TotalMinutes} minutes and answers none of {PortReclaimer.Questions} ARP requests",
            $"| {BoundedStream.MaxReply / 1024} KiB | | a line of the mail server's reply, before TLS | {BoundedStream.MaxLine / 1024} KiB |",
            $"| {BoundedStream.MaxTotal / 1024} KiB | | one attempt, from connecting to the last reply | {(int)SenderSettings.With(TimeSpan.Zero).AttemptTime.TotalSeconds} s |",
            $"| 65,535 octets, {Resolver.Patience.TotalSeconds:0.#} s |",
            $"From {MemoryGuard.Low} % of the limit on it keeps at most {DnsBudgets.ShedCache >> 20} MiB of DNS answers and accepts {DnsBudgets.MaxPending / 4} questions at once; from {MemoryGuard.VeryLow} % on, {DnsBudgets.ShedCache / 8 / 1024} KiB and {DnsBudgets.MaxPending / 16}.",
        }.Select(FormattableString.Invariant),
    ];

    private static int OnUplink => PortLayout.Beside(s_napt.Ports.First, s_napt.Ports.Last, s_napt.Block) is var layout ? layout.Blocks * (int)layout.BlockPorts : 0;

    private static int Whole => PortLayout.Whole(s_napt.Block) is var layout ? layout.Blocks * (int)layout.BlockPorts : 0;

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Figure_IsTheConstants(string sentence) => Assert.Contains(sentence, s_text, StringComparison.Ordinal);

    /// <summary>The sizes of tables that no setting changes are in bpf/maps.h.</summary>
    [Theory]
    [InlineData("spoken_to", "(`inbound = false`) | {0} |")]
    [InlineData("called_by", "although the profile denies them | {0} |")]
    [InlineData("garden", "by name (`[portal] allow`) | {0};")]
    [InlineData("fragments", "fragmented packets under way | {0};")]
    [InlineData("blocked", "| blocked devices | {0} |")]
    [InlineData("bindings", "`[dataplane] bindings`, {0} |")]
    [InlineData("mappings", "`[dataplane] mappings`, {0} |")]
    public void Table_HasTheSizeOfTheMap(string map, string sentence)
    {
        var entries = Regex.Match(Checkout.Read("bpf/maps.h"), $@"max_entries, (\d+)\)(?:(?!struct {{)[^}}])*}} {map} SEC").Groups[1].Value;
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, sentence, entries), s_text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(352)]
    [InlineData(1000)]
    [InlineData(3000)]
    [InlineData(10_000)]
    public void PortsOfDevices_AreWhatArithmeticAllows(int devices)
    {
        var row = string.Create(CultureInfo.InvariantCulture, $"| {devices:N0} | {OnUplink / devices} | {Whole / devices} | {PortWatch.NeededFor(devices, OnUplink)}");
        Assert.Contains(row, s_text, StringComparison.Ordinal);
        var more = $"or {PortWatch.NeededFor(devices, Whole)} of the second";
        Assert.True(devices <= 352 || s_text.Contains(more, StringComparison.Ordinal), more);
    }
}
