using System.Collections.Immutable;
using System.Security.Cryptography;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Two arms: keeps the gateway's MAC at the gateway's port. A switch without port security sends frames for a MAC to the port where it heard that MAC last,
/// so one forged frame cuts every device off until the gateway sends again, and the gateway may not hear the forged frame. A frame of its own, several times
/// a second, ends that; one that is heard is answered at once. Port security on the switch prevents it.
/// </summary>
/// <param name="vlans">The VLANs that are served beside untagged frames: a switch learns MACs in each apart.</param>
internal sealed class Beacon(CurrentNetwork network, ImmutableArray<ushort> vlans, DailyEvents daily) : ITimed
{
    /// <summary>Between two beacons of one VLAN, unless there are many VLANs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>Between two beacons of any VLAN.</summary>
    public static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Forged frames are answered no faster than this.</summary>
    public static readonly TimeSpan AnswerInterval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan s_eventInterval = TimeSpan.FromMinutes(10);

    private readonly ImmutableArray<ushort> _vlans = [0, .. vlans];
    private readonly byte[] _frame = new byte[BeaconFrame.MaxSize];

    /// <summary>Unpredictable: a station cannot make its frames look like ours that came back.</summary>
    private readonly ulong _number = BinaryNumber();
    private TimeSpan _next;
    private TimeSpan _nextAnswer;
    private int _turn;

    public TimeSpan NextDue(TimeSpan now) => _next;

    /// <summary>Each VLAN in its turn.</summary>
    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        var step = Interval / _vlans.Length;
        _next = now + (step < LeastInterval ? LeastInterval : step);
        Send(_vlans[_turn = (_turn + 1) % _vlans.Length]);
    }

    /// <summary>A frame with the gateway's own MAC as source came from the access side.</summary>
    public void OnOwnMac(in EthernetPacket ethernet, ushort vlan, TimeSpan now)
    {
        if (BeaconFrame.TryRead(ethernet.Payload, out var number) && number == _number)
        {
            daily.TryAdd(new OwnFramesReturn(network.Current.Networks.AccessMac, vlan), now, s_eventInterval);
            return;
        }

        daily.TryAdd(new OwnMacHeard(network.Current.Networks.AccessMac, vlan), now, s_eventInterval);
        if (now >= _nextAnswer)
        {
            _nextAnswer = now + AnswerInterval;
            Send(vlan);
        }
    }

    private static ulong BinaryNumber()
    {
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(octets);
        return BitConverter.ToUInt64(octets);
    }

    /// <summary>Whether it was sent does not matter: the next follows soon.</summary>
    private void Send(ushort vlan) => _ = network.Current.Access.TrySend(_frame.AsSpan(0, BeaconFrame.Write(_frame, network.Current.Networks.AccessMac, vlan, _number)));
}
