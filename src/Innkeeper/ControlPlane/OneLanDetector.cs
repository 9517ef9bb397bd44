using System.Buffers.Binary;
using System.Security.Cryptography;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Two arms: notices that both are connected to one LAN, whose hosts would be taken for devices. A beacon goes out of each uplink every
/// few seconds; one that comes back on the access side was carried there by that LAN. Each has a number of its own that none can foresee, so that
/// a device cannot pretend it: only a station that hears the uplink's LAN can repeat it, and then the LANs are connected indeed.
/// While they are, ARP, DHCP and new devices on the access side are left alone. Devices that were here before go on.
/// The control loop's thread only, except <see cref="IsOneLan"/> and <see cref="Attention"/>.
/// </summary>
/// <param name="names">The access interface's name and the uplink's, for texts.</param>
/// <param name="dhcp">Null: DHCP is not served.</param>
internal sealed class OneLanDetector(
    CurrentNetwork network, (string Access, string Uplink) names, IOneArmProgrammer programmer, DhcpServer? dhcp, ArpSender arp, EventLog events) : IPuntHandler, ITimed, INetworkListener
{
    /// <summary>Between two beacons.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>The same while both arms are in one LAN.</summary>
    public static readonly TimeSpan ShortInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long at the start the access side is left alone, for the first beacon to come back.</summary>
    public static readonly TimeSpan Listening = TimeSpan.FromMilliseconds(500);

    /// <summary>A beacon that comes later than this is not believed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3);

    /// <summary>So many beacons in a row, of the uplink whose last one came back, must stay away until the LANs count as separate.</summary>
    public const int Silent = 5;

    private readonly Queue<(TimeSpan Sent, int Uplink, UInt128 Nonce)> _sent = new();
    private readonly byte[] _frame = new byte[64];
    private TimeSpan _next;
    private TimeSpan _listensUntil;
    private int _joined;
    private int _lost;
    private volatile bool _isOneLan;

    /// <inheritdoc/>
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Peer];

    /// <summary>Read by any thread.</summary>
    public bool IsOneLan => _isOneLan;

    /// <summary>The state and its remedy, for the administrator; null: the LANs are separate. Read by any thread.</summary>
    public string? Attention => _isOneLan ? EventText.Describe(new OneLanFound(names.Access, names.Uplink)) : null;

    /// <summary>Leaves the access side alone until the first beacon had time to come back.</summary>
    public void Listen(TimeSpan now)
    {
        _listensUntil = now + Listening;
        Send(now);
    }

    public bool IsListening(TimeSpan now) => now < _listensUntil;

    /// <summary>Whether a punt must not be handled, as it may come from a host of the uplink's LAN.</summary>
    public bool IsIgnored(PuntReason reason, TimeSpan now) =>
        (_isOneLan || IsListening(now)) && reason is PuntReason.ArpAccess or PuntReason.NewSource or PuntReason.Learn or PuntReason.Dhcp or PuntReason.DhcpServer or PuntReason.Stray or PuntReason.Neighbor or PuntReason.NoIpv6 or PuntReason.NewSource6;

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (!LanBeacon.TryParse(ethernet.Payload, out var beacon))
        {
            return false;
        }

        Forget(now);
        foreach (var (_, uplink, nonce) in _sent)
        {
            if (nonce == beacon.Nonce)
            {
                (_joined, _lost) = (uplink, 0);
                Set(true);
            }
        }

        return true;
    }

    public TimeSpan NextDue(TimeSpan now) => _next;

    public void Tick(TimeSpan now)
    {
        if (now < _next)
        {
            return;
        }

        if (_isOneLan && _lost >= Silent)
        {
            Set(false);
        }

        Send(now);
    }

    /// <summary>A cable may have been moved.</summary>
    public void OnNetworkChanged(NetworkContext next, TimeSpan now) => Send(now);

    private void Send(TimeSpan now)
    {
        _next = now + (_isOneLan ? ShortInterval : Interval);
        Forget(now);
        Span<byte> random = stackalloc byte[16];
        for (var uplink = 0; uplink < network.Current.Ports.Length; uplink++)
        {
            if (network.Current.Ports[uplink] is not { } link)
            {
                continue;
            }

            RandomNumberGenerator.Fill(random);
            var beacon = new LanBeacon(BinaryPrimitives.ReadUInt128BigEndian(random));
            if (link.Socket.TrySend(_frame.AsSpan(0, beacon.Write(_frame, link.Mac, link.Address))))
            {
                _sent.Enqueue((now, uplink, beacon.Nonce));

                // One that no LAN has carried proves nothing: with the uplink's cable out, the access side may still be in the wrong LAN.
                _lost += uplink == _joined && link.IsConnected ? 1 : 0;
            }
        }
    }

    private void Forget(TimeSpan now)
    {
        while (_sent.TryPeek(out var oldest) && now - oldest.Sent > Lifetime)
        {
            _sent.Dequeue();
        }
    }

    private void Set(bool isOneLan)
    {
        if (isOneLan == _isOneLan)
        {
            return;
        }

        _isOneLan = isOneLan;
        programmer.SetPassive(isOneLan);
        dhcp?.Mute(isOneLan);
        arp.MuteAnswers(isOneLan);
        events.Add(isOneLan ? new OneLanFound(names.Access, names.Uplink) : new OneLanLeft(names.Access, names.Uplink));
    }
}
