namespace Innkeeper.Devices;

/// <summary>
/// Who makes room for whom. Who was answered never has to make room for a newcomer: a flood of invented devices displaces itself.
/// </summary>
internal sealed partial class Registry
{
    /// <summary>So long a device has to get its first answer before a newcomer may take its place, when there is no other.</summary>
    public static readonly TimeSpan Probation = TimeSpan.FromSeconds(3);

    private readonly Func<uint, bool> _isAnswered;

    /// <summary>When each binding was made. Those of an earlier process have had their time, and are not displaced.</summary>
    private readonly Dictionary<uint, TimeSpan> _newSince = [];

    /// <summary>About in the order of arrival; those that ended or were answered since are passed over.</summary>
    private readonly Queue<(uint Number, TimeSpan Since)> _probation = new();

    /// <summary>How many are kept who may have to make room; some of them ended.</summary>
    public int OnProbation => _probation.Count;

    private void BeginProbation(Binding binding, TimeSpan now)
    {
        _newSince[binding.Number] = now;
        _probation.Enqueue((binding.Number, now));
        if (_probation.Count > (2 * _bindings.Count) + 64)
        {
            // What ended would pile up while nobody needs room.
            var left = _probation.Where(IsThere).Distinct().ToList();
            _probation.Clear();
            left.ForEach(_probation.Enqueue);
        }
    }

    private bool IsThere((uint Number, TimeSpan Since) entry) => _newSince.TryGetValue(entry.Number, out var since) && since == entry.Since;

    /// <summary>Makes room: of those that never got an answer the oldest goes, if it had its time.</summary>
    /// <param name="isUseful">Whether a binding's end helps; the others stay.</param>
    private bool Displace(TimeSpan now, Func<Binding, bool> isUseful)
    {
        for (var tries = Math.Min(64, _probation.Count); tries > 0 && _probation.TryPeek(out var head);)
        {
            if (!IsThere(head) || _isAnswered(head.Number))
            {
                _probation.Dequeue();
                continue;
            }

            if (now - head.Since < Probation)
            {
                return false;
            }

            _probation.Dequeue();
            var binding = _bindings[head.Number];
            if (isUseful(binding))
            {
                Release(binding, now);
                Replaced.Add(binding);
                return true;
            }

            _probation.Enqueue(head);
            tries--;
        }

        return false;
    }
}
