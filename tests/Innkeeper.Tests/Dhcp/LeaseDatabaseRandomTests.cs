using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpBench;

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
                    _rows[lease.Key] = new StoredLease(lease.Key, lease.Address, lease.Granted, lease.Expires, lease.State == LeaseState.Ended, lease.Facts);
                    lease.Row.Stored(lease.Expires);
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
        var bench = new DhcpBench(network);
        var disk = new Disk();

        // What each client was told: address, and until when.
        var told = new Dictionary<LeaseKey, (Ipv4Address Address, TimeSpan Until)>();
        for (var step = 0; step < 1500; step++)
        {
            var mac = MacOf(random.Next(40));
            var client = (byte)random.Next(1, 3);
            void Identify(DhcpFill f) => f.Add(DhcpOption.ClientIdentifier, 0, client);
            var key = KeyOf(mac, $"00{client:x2}");
            var has = told.TryGetValue(key, out var lease) && lease.Until > bench.Now;
            bench.IsAlone = random.Next(4) > 0;
            DhcpDecision decision;
            switch (random.Next(12))
            {
                case 0 when has:
                    decision = bench.Release(mac, lease.Address, Identify);
                    told.Remove(key);
                    break;
                case 1 when has:
                    decision = bench.Decide(bench.Message(DhcpMessageType.Decline, mac, f =>
                    {
                        Identify(f);
                        f.Address(DhcpOption.RequestedAddress, lease.Address);
                    }));
                    told.Remove(key);
                    break;
                case 2:
                    // Of somebody else's, or of nobody's.
                    var wish = new Ipv4Address(Server.Value + (uint)random.Next(260));
                    decision = random.Next(2) == 0 ? bench.Select(mac, wish, Identify) : bench.Decide(bench.Message(DhcpMessageType.Request, mac, f =>
                    {
                        Identify(f);
                        f.Address(DhcpOption.RequestedAddress, wish);
                    }));
                    break;
                case 3:
                    disk.Flush();
                    disk.Crash();
                    bench = new DhcpBench(network) { Now = bench.Now };
                    bench.Book.Load(disk.Rows, bench.Now, bench.Wall);
                    continue;
                case 4:
                    bench.Now += TimeSpan.FromMinutes(random.Next(50));
                    bench.Book.Sweep(bench.Now);
                    continue;
                case 5 or 6 when has:
                    decision = bench.Decide(bench.Message(DhcpMessageType.Request, mac, f =>
                    {
                        Identify(f);
                        f.ClientAddress = lease.Address;
                    }));
                    if (bench.IsAlone)
                    {
                        Assert.Equal(DhcpVerdict.Acknowledged, decision.Verdict);
                    }

                    break;
                default:
                    var offer = bench.Discover(mac, Identify);
                    decision = offer.Verdict == DhcpVerdict.Offered && random.Next(4) > 0 ? bench.Select(mac, offer.Address, Identify) : offer;
                    if (offer.Verdict == DhcpVerdict.Offered && has)
                    {
                        Assert.Equal(lease.Address, offer.Address);
                    }

                    break;
            }

            foreach (var forgotten in bench.Book.Forgotten)
            {
                disk.Forget(forgotten);
            }

            bench.Book.Forgotten.Clear();
            if (decision.Save is { } save)
            {
                disk.Save(save);
                disk.Flush();
            }

            if (decision.Verdict == DhcpVerdict.Acknowledged)
            {
                told[key] = (decision.Address, bench.Now + decision.Duration);
                Assert.NotEqual(Server, decision.Address);
                Assert.DoesNotContain(told, t => t.Key != key && t.Value.Address == decision.Address && t.Value.Until > bench.Now);
                Assert.Contains(disk.Rows, r => r.Key == key && r.Address == decision.Address && r.Expires >= Start + told[key].Until);
            }

            Assert.True(bench.Book.Leases.Count() <= bench.Book.Capacity);
            Assert.Equal(bench.Book.Active, bench.Book.Leases.Count(l => l.State == LeaseState.Active));
            Assert.Equal(bench.Book.Offered, bench.Book.Leases.Count(l => l.State == LeaseState.Offered));
        }

        Assert.NotEmpty(told);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];
}
