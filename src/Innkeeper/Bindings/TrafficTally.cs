namespace Innkeeper.Bindings;

/// <summary>Tells how much each binding moved since the look before, by its counters: for limits of data. One thread.</summary>
/// <param name="octetsOf">Octets by a counter since its binding was made, both ways: one system call.</param>
internal sealed class TrafficTally(Func<uint, ulong> octetsOf)
{
    /// <summary>Null: the next look is the first.</summary>
    private Dictionary<(uint Counter, Station Station, DateTimeOffset FirstSeen), ulong>? _seen;

    /// <summary>Looks at all bindings. The first look finds nothing: counters of bindings that are there already count from it on. A binding that is made later counts from its beginning.</summary>
    /// <returns>Those that moved something, with the octets.</returns>
    public IReadOnlyList<(ICountedBinding Binding, long Octets)> Look(IEnumerable<ICountedBinding> bindings)
    {
        var moved = new List<(ICountedBinding, long)>();
        var seen = new Dictionary<(uint, Station, DateTimeOffset), ulong>();
        foreach (var binding in bindings)
        {
            var key = (binding.Counter, binding.Station, binding.FirstSeen);
            var octets = octetsOf(binding.Counter);
            seen[key] = octets;

            // A counter that is less than before is that of a binding that was made again since, in the same place. One that is not costs less than moves between two looks.
            var before = _seen?.GetValueOrDefault(key) ?? octets;
            var more = octets >= before ? octets - before : octets;
            if (more > 0)
            {
                moved.Add((binding, (long)more));
            }
        }

        _seen = seen;
        return moved;
    }

    /// <summary>Nothing is counted for a while: the next look is a first one again.</summary>
    public void Pause() => _seen = null;
}
