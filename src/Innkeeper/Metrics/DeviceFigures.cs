using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Metrics;

/// <summary>Figures about devices for metrics, from snapshots. Any thread.</summary>
/// <param name="trafficOf">The traffic of a counter so far: one system call.</param>
internal sealed class DeviceFigures(DeviceStore records, Func<IEnumerable<ICountedBinding>> bindings, Func<uint, Traffic> trafficOf, TimeProvider clock)
{
    /// <summary>How long the device waits that waits longest for a decision, of those that are here; zero: none waits. A device that you hold does not wait.</summary>
    public TimeSpan LongestWait
    {
        get
        {
            var now = clock.GetUtcNow();
            return bindings().Select(b => records.Find(b.Station.Mac)?.Admission)
                .Where(a => a is { State: AdmissionState.New or AdmissionState.Held, Origin: not DecisionSource.Administrator })
                .Select(a => now - a!.Since).Append(TimeSpan.Zero).Max();
        }
    }

    /// <summary>Every device that has an address, with its traffic since it has it.</summary>
    public IEnumerable<DeviceTotal> Totals
    {
        get
        {
            var totals = new Dictionary<MacAddress, (ulong Out, ulong In)>();
            foreach (var binding in bindings())
            {
                var traffic = trafficOf(binding.Counter);
                var (sent, received) = totals.GetValueOrDefault(binding.Station.Mac);
                totals[binding.Station.Mac] = (sent + traffic.OutBytes, received + traffic.InBytes);
            }

            return totals.Select(t => new DeviceTotal(t.Key.ToString(), (long)t.Value.Out, (long)t.Value.In));
        }
    }
}
