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
        private readonly Registry _registry;
        private readonly Dictionary<uint, TimeSpan> _lastSeen = [];

        /// <summary>Those that nobody has answered yet and that did not prove to exist, and since when they are there.</summary>
        private readonly Dictionary<ClaimedAddress, TimeSpan> _strangers = [];

        /// <summary>The test's own books: what the registry said it did.</summary>
        private readonly Dictionary<ClaimedAddress, Binding> _book = [];
        private readonly Dictionary<Ipv4Address, TimeSpan> _conflicts = [];
        private readonly List<Ipv4Address> _probes = [];
        private TimeSpan _now = TimeSpan.FromHours(1);

        public Life(int seed, Dictionary<Arrival, int> seen)
        {
            (_seed, _seen, _random) = (seed, seen, new Random(seed));
            _pool = new AddressPool(Enumerable.Range(0, Addresses).Select(i => new Ipv4Address(s_first.Value + (uint)i)));
            _registry = new Registry([new GatewayAddresses(0, _pool, null)], Capacity, n => _now - _lastSeen.GetValueOrDefault(n, _now), IsConfirmed);
            for (var i = _random.Next(4); i > 0; i--)
            {
                var binding = new Binding((uint)_random.Next(2, (int)Capacity), AnyClaim(), AnyLegal(), default, false, default);
                var fits = !_book.ContainsKey(binding.Claim) && _book.Values.All(b => b.Number != binding.Number && b.Legal != binding.Legal)
                    && _book.Keys.Count(c => c.Station == binding.Claim.Station) < PerDevice;
                if (fits)
                {
                    // Whether it was ever answered is not known of it, so it is no stranger.
                    Assert.True(_registry.Adopt(binding));
                    _book.Add(binding.Claim, binding);
                }
            }

            _registry.ReserveAdopted();
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
                    _book.Remove(leaving.Claim);
                    break;
                case 5 when AnyBinding() is { } believing:
                    _book[believing.Claim] = _registry.UpdateGateway(believing, GatewayInference.Known(believing.Claim.Address, AnyLegal(), _random.Next(2) == 0));
                    break;
                case 6 when _random.Next(4) == 0:
                    var legal = AnyLegal();
                    _conflicts[legal] = _now;
                    if (_registry.Conflict(legal, _now) is { } moved)
                    {
                        Assert.Equal(legal, moved.Legal);
                        Assert.True(_book.Remove(moved.Claim));
                    }

                    break;
                case 7 when _random.Next(3) == 0 && AnyBinding() is { } answered:
                    _strangers.Remove(answered.Claim);
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
            var proof = (Reachability)_random.Next(3);
            var isFamiliar = _book.Keys.Any(c => c.Station == claim.Station && !_strangers.ContainsKey(c));
            var arrival = _registry.Arrive(claim, new GatewayInference(claim.Address), new BindingPolicy(Addresses: PerDevice), _now, default, out var binding, proof);
            _seen[arrival] = _seen.GetValueOrDefault(arrival) + 1;
            Assert.Equal(arrival is Arrival.Known, _book.ContainsKey(claim));
            Assert.Equal(arrival is Arrival.Known or Arrival.Bound, binding is not null);
            foreach (var replaced in _registry.Replaced)
            {
                Assert.True(
                    (replaced.Claim.Station == claim.Station && arrival == Arrival.Bound) || (_strangers.TryGetValue(replaced.Claim, out var since) && _now - since >= UnconfirmedBindings.Time),
                    $"seed {_seed}: {replaced.Claim} had to make room for {claim}.");
                Assert.True(_book.Remove(replaced.Claim));
            }

            Assert.False(arrival == Arrival.Unproven && (proof == Reachability.Given || isFamiliar), $"seed {_seed}: {claim} was taken for a stranger.");

            if (arrival == Arrival.Bound)
            {
                Assert.False(_conflicts.TryGetValue(binding!.Legal, out var since) && _now - since < AddressPool.QuarantineTime, "An address in quarantine was given out.");
                _book.Add(claim, binding);
                if (proof != Reachability.Given && !isFamiliar)
                {
                    _strangers[claim] = _now;
                }
                else
                {
                    _strangers.Remove(claim);
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
            Assert.True(bindings.Count == _book.Count && bindings.Values.All(b => _book.GetValueOrDefault(b.Claim) == b), $"{place}: not the bindings that were made.");
            Assert.True(bindings.All(p => p.Key == p.Value.Number && p.Key is >= 2 and < Capacity), $"{place}: a number out of place.");
            Assert.True(bindings.Values.Select(b => b.Legal).Distinct().Count() == bindings.Count, $"{place}: a legal address for two.");
            Assert.True(bindings.Values.All(b => _pool.StateOf(b.Legal) == AddressState.Bound), $"{place}: a binding's address is not bound in the pool.");
            Assert.True(_pool.Count(AddressState.Bound) == bindings.Count, $"{place}: the pool counts other bindings.");
            Assert.True(Enum.GetValues<AddressState>().Sum(_pool.Count) == Addresses, $"{place}: an address was lost.");
            Assert.True(bindings.Values.All(b => _registry.Find(b.Claim) == b && _registry.FindByLegal(b.Legal) == b), $"{place}: an index disagrees.");
            Assert.True(bindings.Values.GroupBy(b => b.Claim.Station).All(g => g.Count() <= PerDevice), $"{place}: a device beyond its limit.");
            Assert.True(_book.Keys.Count(_strangers.ContainsKey) <= new GatewayAddresses(0, _pool, null).Strangers, $"{place}: more strangers than may be.");
            Assert.True(_registry.DeviceCount == bindings.Values.Select(b => b.Claim.Station).Distinct().Count(), $"{place}: devices miscounted.");
        }

        private bool IsConfirmed(uint number) => !_book.Values.Any(b => b.Number == number && _strangers.ContainsKey(b.Claim));

        private ClaimedAddress AnyClaim() => new(
            new Station((ushort)_random.Next(2), new MacAddress(0x020000000000UL + (ulong)_random.Next(3))), new Ipv4Address(0x0A000000 + (uint)_random.Next(4)));

        private Ipv4Address AnyLegal() => new(s_first.Value + (uint)_random.Next(Addresses));

        private Binding? AnyBinding() => _book.Count == 0 ? null : _book.Values.ElementAt(_random.Next(_book.Count));
    }
}
