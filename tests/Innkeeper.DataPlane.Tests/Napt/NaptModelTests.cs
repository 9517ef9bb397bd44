using System.Buffers.Binary;
using System.Diagnostics;
using FsCheck.Xunit;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>
/// Any sequence of packets, of time, of sweeps and of changes to bindings does to the data plane what it does to the model:
/// the same verdicts, the same octets, the same ports in use. Few devices, hosts and ports, so that all of it collides.
/// </summary>
public sealed class NaptModelTests
{
    private static readonly string[] s_servers = [Server, Server, "203.0.113.11"];
    private static readonly ushort[] s_devicePorts = [4000, 4000, 4001, 500];
    private static readonly ushort[] s_serverPorts = [80, 80, 80, 443];
    private static readonly byte[] s_flags = [2, 0x12, 0x10, 0x10, 0x11, 4, 0x14, 2];
    private static readonly int[] s_ages = [1, 5, 6, 7, 11, 12, 13, 23, 24, 25, 29, 30, 36, 37, 60, 301, 743, 744, 745];

    [Property(Replay = "6888,4787", MaxTest = 250, StartSize = 100, EndSize = 1000)]
    public void AnySequence_OnASharedAddress_IsAsTheModelSays(bool inbound, byte[] steps) => Check(Scaled(new NaptSetup()), inbound, steps);

    [Property(Replay = "5382,5509", MaxTest = 150, StartSize = 100, EndSize = 1000)]
    public void AnySequence_OnTheUplinksAddress_IsAsTheModelSays(bool inbound, byte[] steps) => Check(Scaled(NaptSetup.OnUplink), inbound, steps);

    /// <summary>A tenth of the defaults, as the ages are that the steps let pass; few enough ports to run out.</summary>
    private static NaptSetup Scaled(NaptSetup setup) =>
        setup with { Udp = 30, Icmp = 6, Tcp = 744, TcpTransitory = 24, Rest = 12, Ports = 5, Ids = 3 };

    private static void Check(NaptSetup setup, bool inbound, byte[] steps)
    {
        // The data plane lives by the machine's clock: of a run that was held up for long the model says nothing, and it is run again.
        for (var runs = 1; !IsAsTheModelSays(setup, inbound, steps, mayBeHeldUp: runs < 50); runs++)
        {
        }
    }

    private static bool IsAsTheModelSays(NaptSetup setup, bool inbound, byte[] steps, bool mayBeHeldUp)
    {
        using var plane = new Plane(inbound, napt: setup);
        var run = new Run(plane, setup, inbound);
        var watch = Stopwatch.StartNew();
        try
        {
            run.All(steps);
            return true;
        }
        catch (Exception) when (mayBeHeldUp && watch.ElapsedMilliseconds >= 150)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"after {watch.ElapsedMilliseconds} ms:\n{string.Join("\n", [.. run.Trace, e.Message])}", e);
        }
    }

    private sealed class Run
    {
        private readonly Plane _plane;
        private readonly NaptSetup _setup;
        private readonly NaptModel _model;
        private readonly Dictionary<ushort, uint> _blocks = [];
        private readonly List<Datagram> _sent = [];
        private readonly List<(ModelDevice Device, Datagram Packet)> _asked = [];
        private readonly List<(ModelDevice Device, Datagram Packet)> _received = [];

        public Run(Plane plane, NaptSetup setup, bool inbound)
        {
            (_plane, _setup) = (plane, setup);
            _model = new NaptModel(setup, inbound,
            [
                new(2, DeviceMac, Claimed) { Shares = true },
                new(3, TwinMac, Claimed) { Shares = true },
                new(4, OwnMac, OwnClaimed) { Legal = Legal },
            ]);
        }

        public List<string> Trace { get; } = [];

        public void All(byte[] steps)
        {
            for (var i = 0; i + 4 <= steps.Length; i += 4)
            {
                Step(steps[i] % 24, steps[i + 1], steps[i + 2], steps[i + 3]);
                CompareState();
            }
        }

        private void Step(int what, int a, int b, int c)
        {
            var device = _model.Devices[a % 3];
            switch (what)
            {
                case < 7:
                    Send(device, Packet(device.Claimed, s_devicePorts[a / 3 % 4], Target(c, b), b, c / 16, outward: true));
                    break;
                case < 12:
                    Receive(Packet(s_servers[a % 3], s_serverPorts[a / 3 % 4], Ours(c), b, c / 16, outward: false));
                    break;
                case 12 when _received.Count > 0:
                    var (who, got) = _received[^(1 + (b % Math.Min(8, _received.Count)))];
                    if (!got.IsError && got.Source != Gateway)
                    {
                        Send(c % 8 == 0 ? device : who, Datagram.Error(c % 8 == 0 ? device.Claimed : who.Claimed, got, a % 2 == 0 ? 8 : 64));
                    }

                    break;
                case 13 when _sent.Count > 0:
                    var about = _sent[^(1 + (b % Math.Min(8, _sent.Count)))];
                    if (!about.IsError)
                    {
                        Receive(Datagram.Error(a % 3 == 0 ? "198.51.100.9" : about.Destination, about, a % 2 == 0 ? 8 : 64));
                    }

                    break;
                case 14 or 15:
                    Age(s_ages[b % s_ages.Length]);
                    break;
                case 16:
                    Sweep();
                    break;
                case 17:
                    Rebind(device, b % 3 == 0);
                    break;
                case < 21 when _asked.Count > 0:
                    // The same conversation goes on, with other flags.
                    var (asker, asked) = _asked[^(1 + (b % Math.Min(4, _asked.Count)))];
                    Send(asker, asked with { Flags = s_flags[c % s_flags.Length] });
                    break;
                case >= 21 when _sent.Count > 0:
                    var last = _sent[^(1 + (b % Math.Min(4, _sent.Count)))];
                    if (last.Protocol is IpProtocol.Udp or IpProtocol.Tcp)
                    {
                        Receive(last with
                        {
                            Source = last.Destination,
                            Destination = last.Source,
                            SourcePort = last.DestinationPort,
                            DestinationPort = last.SourcePort,
                            Flags = last.Protocol == IpProtocol.Tcp ? s_flags[c % s_flags.Length] : (byte)0,
                        });
                    }

                    break;
                default:
                    break;
            }
        }

        /// <summary>Whom a device may want to reach: hosts, other devices by what they have outside, and itself so.</summary>
        private (string Address, ushort Port) Target(int choice, int salt) => (choice % 8) switch
        {
            5 => (Legal, s_devicePorts[salt % 4]),
            6 or 7 => Ours(choice + salt),
            _ => (s_servers[choice % 3], s_serverPorts[salt % 4]),
        };

        private (string Address, ushort Port) Ours(int choice) => (choice % 8) switch
        {
            0 => (Legal, s_devicePorts[choice / 8 % 4]),
            1 => (_setup.Shared, (ushort)(20000 + choice)),
            _ => (_setup.Shared, _model.Mappings.Count == 0 ? (ushort)20001 : _model.Mappings[choice / 8 % _model.Mappings.Count].Outside),
        };

        private static Datagram Packet(string source, ushort port, (string Address, ushort Port) to, int protocol, int flags, bool outward) => (protocol % 16) switch
        {
            < 5 => Datagram.Udp(source, port, to.Address, Math.Max(to.Port, (ushort)1)),
            < 11 => Datagram.Tcp(source, port, to.Address, Math.Max(to.Port, (ushort)1), s_flags[flags % s_flags.Length]),
            11 => Datagram.Ping(source, to.Address, outward ? port : to.Port, outward ? Datagram.EchoReply : Datagram.Echo),
            12 or 13 => Datagram.Ping(source, to.Address, outward ? port : to.Port, outward ? Datagram.Echo : Datagram.EchoReply),
            14 => Datagram.Ping(source, to.Address, port, 10),
            _ => new Datagram(source, to.Address, IpProtocol.Gre),
        };

        private void Send(ModelDevice device, Datagram packet)
        {
            Trace.Add($"device {device.Number} sends {packet}");
            var fate = _model.FromDevice(device, packet);
            var frame = packet.Frame(AccessMac, device.Mac);
            if (fate.Reason is { } reason)
            {
                AssertDropped("from_access", frame, reason);
                Forget(fate);
                return;
            }

            var (act, result) = _plane.Run("from_access", frame);
            var expected = fate.Out!;
            if (fate.New is { } made && NaptModel.HasPorts(made.Protocol))
            {
                Assert.Equal(Act.Redirect, act);
                made.Outside = PortOf(result, made.Protocol);
                AssertAllowed(made);
                expected = expected with { SourcePort = made.Outside };
            }

            Compare(fate with { Out = expected }, act, result, device.Mac);
            if (fate.To is null && !fate.IsHosts)
            {
                _sent.Add(expected);
                if (packet.Protocol == IpProtocol.Tcp)
                {
                    _asked.Add((device, packet));
                }
            }
        }

        private void Receive(Datagram packet)
        {
            Trace.Add($"from outside {packet}");
            var fate = _model.FromOutside(packet);
            var frame = packet.Frame(UplinkMac, RouterMac);
            if (fate.Reason is { } reason)
            {
                AssertDropped("from_uplink", frame, reason);
                return;
            }

            var (act, result) = _plane.Run("from_uplink", frame);
            if (fate.To is null)
            {
                Assert.Equal(Act.Ok, act);
                Assert.Equal(Convert.ToHexString(frame), Convert.ToHexString(result));
                return;
            }

            Compare(fate, act, result, "");
        }

        /// <summary>A hairpinned packet that is refused at its destination has made its sender's mapping all the same.</summary>
        private void Forget(Fate fate)
        {
            if (fate.New is not { } made || !NaptModel.HasPorts(made.Protocol))
            {
                return;
            }

            var key = _plane.Mappings().Single(m => m.Mapping.Binding == made.Device.Number && m.Key.Protocol == made.Protocol
                && m.Mapping.Port == made.Inside && !_model.Mappings.Any(o => o != made && o.Protocol == made.Protocol && o.Outside == m.Key.Port)).Key;
            made.Outside = key.Port;
            AssertAllowed(made);
        }

        private void Compare(Fate fate, Act act, byte[] result, string mac)
        {
            var expected = fate.To is { } to ? fate.Out!.Frame(to.Mac, AccessMac)
                : fate.IsHosts ? fate.Out!.Frame(EdgeMac, EdgeMac)
                : fate.Out!.Frame(AccessMac, mac);
            Assert.Equal(Act.Redirect, act);
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(result));
            if (fate.To is { } receiver)
            {
                _received.Add((receiver, fate.Out!));
            }
        }

        private void AssertDropped(string program, byte[] frame, DropReason reason)
        {
            var before = _plane.Drops(reason);
            var refused = _plane.Drops(DropReason.InboundRefused);
            var (act, _) = _plane.Run(program, frame);
            Assert.Equal((reason, Act.Drop), (reason, act));

            // Of two reasons either will do.
            var other = reason == DropReason.IcmpQuote && _plane.Drops(DropReason.InboundRefused) == refused + 1;
            Assert.True(other || _plane.Drops(reason) == before + 1, $"dropped, but not as {reason}");
        }

        /// <summary>RFC 4787 REQ-3 and REQ-4, RFC 6888 REQ-8, RFC 6431: a port nobody has, of the right kind, of the device's blocks.</summary>
        private void AssertAllowed(ModelMapping made)
        {
            var low = made.Inside < 1024 && made.Protocol != IpProtocol.Icmp;
            var (first, last) = low ? (_setup.Layout.LowFirst, _setup.Layout.LowLast) : (_setup.Layout.First, _setup.Layout.Last);
            Assert.InRange(made.Outside, first, last);
            Assert.Equal(made.Inside & 1, made.Outside & 1);
            Assert.DoesNotContain(_model.Mappings, m => m != made && m.Protocol == made.Protocol && m.Outside == made.Outside);
            if (!low)
            {
                var block = (ushort)(made.Outside / _setup.Layout.BlockPorts);
                Assert.Equal(made.Device.Number, _blocks.TryGetValue(block, out var owner) ? owner : made.Device.Number);
                _blocks[block] = made.Device.Number;
            }
        }

        private static ushort PortOf(byte[] frame, byte protocol) =>
            BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size + (protocol == IpProtocol.Icmp ? 4 : 0)));

        private void Age(int seconds)
        {
            Trace.Add($"{seconds} s");
            _plane.Age(seconds);
            _model.Age(seconds);
        }

        private void Sweep()
        {
            Trace.Add("sweep");
            var found = _plane.Bpf.Sweep();
            _ = _plane.Punts();
            var (live, resting) = _model.Sweep();

            // What goes in this run is counted no more.
            Assert.Equal(((uint)live, (uint)resting), (found.Live, found.Resting));
            _blocks.Clear();
            _plane.ForBlocks((number, block) => _blocks[(ushort)(number % SharedAddressSlot.Blocks)] = block.Owner);
        }

        private void Rebind(ModelDevice device, bool anew)
        {
            if (!device.Shares)
            {
                return;
            }

            if (anew)
            {
                Trace.Add($"device {device.Number} is bound anew");
                device.Legal = null;
                _model.Rebind(device);
                _plane.Table.EndMappings(device.Number);
            }
            else
            {
                device.Legal = device.Legal is null ? $"137.118.199.{60 + device.Number}" : null;
                Trace.Add($"device {device.Number} has {device.Legal ?? "no address"} of its own");
            }

            _plane.Rewrite(device.Number, device.Mac, device.Claimed, _setup.Shared, device.Legal);
        }

        /// <summary>Every mapping of the model is in the data plane and no other, in the same state; and so many are charged.</summary>
        private void CompareState()
        {
            var real = _plane.Mappings().Where(m => m.Mapping.Binding != 0)
                .Select(m => (m.Mapping.Binding, m.Key.Protocol, Inside: (ushort)m.Mapping.Port, Outside: (ushort)m.Key.Port, m.Mapping.State)).Order().ToArray();
            var model = _model.Mappings.Select(m => (Binding: m.Device.Number, m.Protocol, m.Inside, m.Outside, m.State)).Order().ToArray();
            Assert.Equal(string.Join(" ", model), string.Join(" ", real));
            foreach (var device in _model.Devices.Where(d => d.Shares))
            {
                Assert.Equal(_model.Mappings.Count(m => m.Device == device), _plane.Shared.UsedOf(device.Number).Sum(u => (int)u));
            }
        }
    }
}
