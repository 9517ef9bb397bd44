using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpHarness;

namespace Innkeeper.Tests.Dhcp;

/// <summary>Random clients, a disk that fails now and then, and crashes: what was acknowledged holds.</summary>
public sealed class LeaseDatabaseRandomTests
{
    /// <summary>The database: what was written, in order, but not what waits.</summary>
    private sealed class Disk
    {
        private readonly Dictionary<LeaseKey, StoredLease> _rows = [];
        private readonly Queue<(LeaseKey Key, Lease? Lease)> _waiting = new();

        public IReadOnlyCollection<StoredLease> Rows => _rows.Values;

        public void Save(Lease lease) => _waiting.Enqueue((lease.Key, lease));

        public void Forget(Lease lease) => _waiting.Enqueue((lease.Key, null));

        public void Crash() => _waiting.Clear();

        public void Flush()
        {
            while (_waiting.TryDequeue(out var next))
            {
                _rows.Remove(next.Key);
                if (next.Lease is { } lease)
                {
                    _rows[lease.Key] = new StoredLease(lease.Key, lease.Address, lease.Granted, lease.Expires, lease.State == LeaseState.Ended, lease.ClientInfo);
                    lease.Row.Stored(lease.Expires, lease.State == LeaseState.Ended);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyOrder_NoAddressIsTwoClients_AndWhatWasAcknowledgedSurvivesACrash(int seed)
    {
        var random = new Random(seed);
        var network = random.Next(2) == 0 ? "10.203.0.0/27" : "10.203.0.0/24";
        var harness = new DhcpHarness(network);
        var disk = new Disk();

        // What each client was told: address, and until when.
        var told = new Dictionary<LeaseKey, (Ipv4Address Address, TimeSpan Until)>();
        for (var step = 0; step < 1500; step++)
        {
            var mac = MacOf(random.Next(40));
            var client = (byte)random.Next(1, 3);
            void Identify(DhcpFill f) => f.Add(DhcpOption.ClientIdentifier, 0, client);
            var key = KeyOf(mac, $"00{client:x2}");
            var has = told.TryGetValue(key, out var lease) && lease.Until > harness.Now;
            harness.IsAlone = random.Next(4) > 0;
            DhcpDecision decision;
            switch (random.Next(12))
            {
                case 0 when has:
                    decision = harness.Release(mac, lease.Address, Identify);
                    told.Remove(key);
                    break;
                case 1 when has:
                    decision = harness.Decide(harness.Message(DhcpMessageType.Decline, mac, f =>
                    {
                        Identify(f);
                        f.Address(DhcpOption.RequestedAddress, lease.Address);
                    }));
                    told.Remove(key);
                    break;
                case 2:
                    // Of somebody else's, or of nobody's.
                    var wish = new Ipv4Address(Server.Value + (uint)random.Next(260));
                    decision = random.Next(2) == 0 ? harness.Select(mac, wish, Identify) : harness.Decide(harness.Message(DhcpMessageType.Request, mac, f =>
                    {
                        Identify(f);
                        f.Address(DhcpOption.RequestedAddress, wish);
                    }));
                    break;
                case 3:
                    disk.Flush();
                    disk.Crash();
                    harness = new DhcpHarness(network) { Now = harness.Now };
                    harness.Database.Load(disk.Rows, harness.Now, harness.Wall);
                    continue;
                case 4:
                    harness.Now += TimeSpan.FromMinutes(random.Next(50));
                    harness.Database.Sweep(harness.Now);
                    continue;
                case 5 or 6 when has:
                    decision = harness.Decide(harness.Message(DhcpMessageType.Request, mac, f =>
                    {
                        Identify(f);
                        f.ClientAddress = lease.Address;
                    }));
                    if (harness.IsAlone)
                    {
                        Assert.Equal(DhcpVerdict.Acknowledged, decision.Verdict);
                    }

                    break;
                default:
                    var offer = harness.Discover(mac, Identify);
                    decision = offer.Verdict == DhcpVerdict.Offered && random.Next(4) > 0 ? harness.Select(mac, offer.Address, Identify) : offer;
                    if (offer.Verdict == DhcpVerdict.Offered && has)
                    {
                        Assert.Equal(lease.Address, offer.Address);
                    }

                    break;
            }

            foreach (var forgotten in harness.Database.TakeForgotten())
            {
                disk.Forget(forgotten);
            }

            if (decision.Save is { } save)
            {
                disk.Save(save);
                disk.Flush();
            }

            if (decision.Verdict == DhcpVerdict.Acknowledged)
            {
                told[key] = (decision.Address, harness.Now + decision.Duration);
                Assert.NotEqual(Server, decision.Address);
                Assert.DoesNotContain(told, t => t.Key != key && t.Value.Address == decision.Address && t.Value.Until > harness.Now);
                Assert.Contains(disk.Rows, r => r.Key == key && r.Address == decision.Address && r.Expires >= Start + told[key].Until);
            }

            Assert.True(harness.Database.Leases.Count() <= harness.Database.Capacity);
            Assert.Equal(harness.Database.Active, harness.Database.Leases.Count(l => l.State == LeaseState.Active));
            Assert.Equal(harness.Database.Offered, harness.Database.Leases.Count(l => l.State == LeaseState.Offered));
        }

        Assert.NotEmpty(told);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];
}
