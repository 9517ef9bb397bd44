using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>A long random life of registry and pool, with probing cut short, adoption, VLANs and a small table.</summary>
public sealed class RegistryRandomTests
{
    private const int Seeds = 200;
    private const int Steps = 500;
    private const int Addresses = 10;
    private const uint Capacity = 10;
    private const int PerDevice = 3;
    private static readonly Ipv4Address s_first = Ipv4Address.Parse("192.0.2.10");

    [Fact]
    public void Registry_RandomLife_KeepsEveryPromise()
    {
        var seen = new Dictionary<Arrival, int>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            new Life(seed, seen).Run();
        }

        // A life in which one of the outcomes never came would prove little.
        Assert.All(Enum.GetValues<Arrival>(), arrival => Assert.True(seen.GetValueOrDefault(arrival) > 100, $"{arrival} came too seldom."));
    }

    private sealed class Life
    {
        private readonly int _seed;
        private readonly Random _random;
        private readonly Dictionary<Arrival, int> _seen;
        private readonly AddressPool _pool;
        private readonly RegistryHarness _registry;
        private readonly Dictionary<uint, TimeSpan> _lastSeen = [];

        /// <summary>Those that nobody has answered yet and that did not prove to exist, and since when they are there.</summary>
        private readonly Dictionary<ClaimedAddress, TimeSpan> _unconfirmed = [];

        /// <summary>The test's own books: what the registry said it did.</summary>
        private readonly Dictionary<ClaimedAddress, Binding> _expected = [];
        private readonly Dictionary<Ipv4Address, TimeSpan> _conflicts = [];
        private readonly List<Ipv4Address> _probes = [];
        private TimeSpan _now = TimeSpan.FromHours(1);

        public Life(int seed, Dictionary<Arrival, int> seen)
        {
            (_seed, _seen, _random) = (seed, seen, new Random(seed));
            _pool = new AddressPool(Enumerable.Range(0, Addresses).Select(i => new Ipv4Address(s_first.Value + (uint)i)));
            _registry = new RegistryHarness([new GatewayAddresses(0, _pool, null)], Capacity, n => _now - _lastSeen.GetValueOrDefault(n, _now), IsConfirmed);
            for (var i = _random.Next(4); i > 0; i--)
            {
                var binding = new Binding((uint)_random.Next(2, (int)Capacity), AnyClaim(), AnyLegal(), default, false, default);
                var fits = !_expected.ContainsKey(binding.Claim) && _expected.Values.All(b => b.Number != binding.Number && b.Legal != binding.Legal)
                    && _expected.Keys.Count(c => c.Station == binding.Claim.Station) < PerDevice;
                if (fits)
                {
                    // Whether it was ever answered is not known, so it counts as confirmed.
                    Assert.True(_registry.Adopt(binding));
                    _expected.Add(binding.Claim, binding);
                }
            }

            _registry.ReserveAdopted();
            foreach (var binding in _registry.Bindings.Values)
            {
                // The test knows no meters: each device is given one.
                Assert.Equal(_expected[binding.Claim] with { Meter = binding.Meter }, binding);
                _expected[binding.Claim] = binding;
            }
        }

        public void Run()
        {
            for (var step = 0; step < Steps; step++)
            {
                Step();
                Check(step);
            }
        }

        private void Step()
        {
            switch (_random.Next(11))
            {
                case <= 3:
                    Arrive(AnyClaim());
                    break;
                case 4 when AnyBinding() is { } leaving:
                    _registry.Release(leaving, _now);
                    _expected.Remove(leaving.Claim);
                    break;
                case 5 when AnyBinding() is { } known:
                    _expected[known.Claim] = _registry.UpdateGateway(known, GatewayInference.Known(known.Claim.Address, AnyLegal(), _random.Next(2) == 0));
                    break;
                case 6 when _random.Next(4) == 0:
                    var legal = AnyLegal();
                    _conflicts[legal] = _now;
                    if (_registry.Conflict(legal, _now) is { } moved)
                    {
                        Assert.Equal(legal, moved.Legal);
                        Assert.True(_expected.Remove(moved.Claim));
                    }

                    break;
                case 7 when _random.Next(3) == 0 && AnyBinding() is { } answered:
                    _unconfirmed.Remove(answered.Claim);
                    break;
                case 8:
                    _registry.Remember(AnyClaim(), AnyLegal(), default);
                    break;
                default:
                    // Mostly less than a round of probes, sometimes beyond every lifetime.
                    _now += TimeSpan.FromMilliseconds(_random.Next(20) == 0 ? _random.Next(900_000) : _random.Next(150));
                    _probes.Clear();
                    _pool.Tick(_now, _probes);
                    Assert.All(_probes, p => Assert.Equal(AddressState.Probing, _pool.StateOf(p)));
                    Assert.Equal(_probes.Count, _probes.Distinct().Count());
                    break;
            }
        }

        private void Arrive(ClaimedAddress claim)
        {
            _registry.Replaced.Clear();
            var reachability = (Reachability)_random.Next(3);
            var isFamiliar = _expected.Keys.Any(c => c.Station == claim.Station && !_unconfirmed.ContainsKey(c));
            var arrival = _registry.Arrive(claim, new GatewayInference(claim.Address), new BindingPolicy(Addresses: PerDevice), _now, default, out var binding, reachability);
            _seen[arrival] = _seen.GetValueOrDefault(arrival) + 1;
            Assert.Equal(arrival is Arrival.Known, _expected.ContainsKey(claim));
            Assert.Equal(arrival is Arrival.Known or Arrival.Bound, binding is not null);
            foreach (var replaced in _registry.Replaced)
            {
                Assert.True(
                    (replaced.Claim.Station == claim.Station && arrival == Arrival.Bound) || (_unconfirmed.TryGetValue(replaced.Claim, out var since) && _now - since >= UnconfirmedBindings.Time),
                    $"seed {_seed}: {replaced.Claim} had to make room for {claim}.");
                Assert.True(_expected.Remove(replaced.Claim));
            }

            Assert.False(arrival == Arrival.Unproven && (reachability == Reachability.Given || isFamiliar), $"seed {_seed}: {claim} was taken for a stranger.");

            if (arrival == Arrival.Bound)
            {
                Assert.False(_conflicts.TryGetValue(binding!.Legal, out var since) && _now - since < AddressPool.QuarantineTime, "An address in quarantine was given out.");
                _expected.Add(claim, binding);
                if (reachability != Reachability.Given && !isFamiliar)
                {
                    _unconfirmed[claim] = _now;
                }
                else
                {
                    _unconfirmed.Remove(claim);
                }
            }

            if (binding is not null)
            {
                _lastSeen[binding.Number] = _now;
            }
        }

        private void Check(int step)
        {
            var place = $"seed {_seed}, step {step}";
            var bindings = _registry.Bindings;
            Assert.True(bindings.Count == _expected.Count && bindings.Values.All(b => _expected.GetValueOrDefault(b.Claim) == b), $"{place}: not the bindings that were made.");
            Assert.True(bindings.All(p => p.Key == p.Value.Number && p.Key is >= 2 and < Capacity), $"{place}: a number out of place.");
            Assert.True(bindings.Values.Select(b => b.Legal).Distinct().Count() == bindings.Count, $"{place}: a legal address for two.");
            Assert.True(bindings.Values.All(b => _pool.StateOf(b.Legal) == AddressState.Bound), $"{place}: a binding's address is not bound in the pool.");
            Assert.True(_pool.Count(AddressState.Bound) == bindings.Count, $"{place}: the pool counts other bindings.");
            Assert.True(Enum.GetValues<AddressState>().Sum(_pool.Count) == Addresses, $"{place}: an address was lost.");
            Assert.True(bindings.Values.All(b => _registry.Find(b.Claim) == b && _registry.FindByLegal(b.Legal) == b), $"{place}: an index disagrees.");
            Assert.True(bindings.Values.GroupBy(b => b.Claim.Station).All(g => g.Count() <= PerDevice), $"{place}: a device beyond its limit.");
            Assert.True(_expected.Keys.Count(_unconfirmed.ContainsKey) <= new GatewayAddresses(0, _pool, null).MaxUnconfirmed, $"{place}: more strangers than may be.");
            Assert.True(_registry.DeviceCount == bindings.Values.Select(b => b.Claim.Station).Distinct().Count(), $"{place}: devices miscounted.");
        }

        private bool IsConfirmed(uint number) => !_expected.Values.Any(b => b.Number == number && _unconfirmed.ContainsKey(b.Claim));

        private ClaimedAddress AnyClaim() => new(
            new Station((ushort)_random.Next(2), new MacAddress(0x020000000000UL + (ulong)_random.Next(3))), new Ipv4Address(0x0A000000 + (uint)_random.Next(4)));

        private Ipv4Address AnyLegal() => new(s_first.Value + (uint)_random.Next(Addresses));

        private Binding? AnyBinding() => _expected.Count == 0 ? null : _expected.Values.ElementAt(_random.Next(_expected.Count));
    }
}
