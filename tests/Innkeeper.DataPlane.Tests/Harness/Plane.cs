using System.Collections.Concurrent;
using Innkeeper.Bindings;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

internal enum Act : uint
{
    Ok = uint.MaxValue,
    Drop = 2,
    Redirect = 7,
}

/// <summary>The data plane loaded for one test, with the bindings and networks that the tests speak of; no interface is touched.</summary>
internal sealed unsafe partial class Plane : IDisposable
{
    public const string AccessMac = "02:00:00:00:00:a1";
    public const string UplinkMac = "02:00:00:00:00:b1";
    public const string EdgeMac = "02:00:00:00:00:e1";
    public const string StackMac = "02:00:00:00:00:e2";
    public const string RouterMac = "02:00:00:00:00:01";
    public const string DeviceMac = "02:00:00:00:01:01";
    public const string TwinMac = "02:00:00:00:01:02";
    public const string Claimed = "47.31.128.195";
    public const string Gateway = "47.31.128.1";
    public const string Legal = "137.118.199.50";
    public const string TwinLegal = "137.118.199.51";
    public const string Inside = "100.64.0.2";
    public const string TwinInside = "100.64.0.3";
    public const string UplinkAddress = "137.118.199.2";
    public const string Server = "203.0.113.10";

    /// <summary>Loading takes the verifier a third of a second: what a test has done with is emptied for the next.</summary>
    private static readonly ConcurrentDictionary<uint, ConcurrentBag<BpfPlane>> s_loaded = new();

    private readonly BpfPlane _plane;
    private readonly BindingTable _table;
    private readonly BindingPolicy _terms;
    private readonly HashSet<(uint Address, byte Protocol)> _remotes = [];

    /// <summary>Where the DNS service of these tests listens.</summary>
    public const ushort DnsPort = 40053;

    public Plane(bool inbound = true, ConfigFlags flags = ConfigFlags.None, bool nextHop = true, NaptSetup? napt = null, ProfileFlags profile = ProfileFlags.None)
    {
        Assert.SkipUnless(Environment.UserName == "root", "loading BPF programs needs root");
        var mappings = napt?.Mappings ?? 4096;
        _plane = s_loaded.GetOrAdd(mappings, _ => []).TryTake(out var loaded) ? loaded : BpfPlane.Load(64, mappings, null, []);
        Empty();
        _shared = new SharedTable(_plane);
        _table = new BindingTable(_plane);
        _terms = new BindingPolicy(Inbound: inbound);
        SetDns(isHere: true, null);
        _plane.Profiles.Set(0, new ProfileSlot { Flags = profile, NextHop = nextHop ? Ipv4Address.Parse("137.118.199.1") : default });
        var services = new ServiceArray();
        services[0] = new Service { Port = 53, Local = DnsPort, Protocol = IpProtocol.Udp };
        services[1] = new Service { Port = 53, Local = DnsPort, Protocol = IpProtocol.Tcp };
        var uplinks = new UplinkArray();
        uplinks[0] = new UplinkSlot
        {
            Ifindex = 1,
            Mtu = 1500,
            Address = Ipv4Address.Parse(UplinkAddress),
            Network = Ipv4Address.Parse("137.118.199.0"),
            Mask = Ipv4Address.Parse("255.255.255.0"),
            Mac = MacAddress.Parse(UplinkMac),
        };
        _plane.Config.Set(0, new DataPlaneConfig
        {
            // The loopback interface takes the redirects: BPF_PROG_TEST_RUN does not carry them out.
            AccessIfindex = 1,
            EdgeIfindex = 1,
            StackIfindex = 1,
            Flags = flags,
            AccessMtu = 1500,
            Uplinks = uplinks,
            NextHop = nextHop ? Ipv4Address.Parse("137.118.199.1") : default,
            InsideNetwork = Ipv4Address.Parse("100.64.0.0"),
            InsideMask = Ipv4Address.Parse("255.192.0.0"),
            Portal = Ipv4Address.Parse(PortalAddress),
            LegalFirst = Ipv4Address.Parse("137.118.199.50").Value,
            LegalLast = Ipv4Address.Parse(LegalLast).Value,
            Napt = napt?.Settings ?? default,
            AccessMac = MacAddress.Parse(flags.HasFlag(ConfigFlags.OneArm) ? UplinkMac : AccessMac),
            EdgeMac = MacAddress.Parse(EdgeMac),
            StackMac = MacAddress.Parse(StackMac),
            Services = services,
            RouterMac = flags.HasFlag(ConfigFlags.OneArm) ? MacAddress.Parse(RouterMac) : default,
        });
        if (napt is null)
        {
            Bind(2, DeviceMac, Claimed, Legal, Gateway);
            Bind(3, TwinMac, Claimed, TwinLegal, Gateway);
        }
        else
        {
            BindShared(napt);
        }
    }

    public BindingTable Table => _table;

    public BpfPlane Bpf => _plane;

    public void Bind(uint number, string mac, string claimed, string legal, string gateway, ushort vlan = 0, bool isLocal = false, BindingPolicy? terms = null) =>
        _table.Add(
            new Binding(number, new ClaimedAddress(new Station(vlan, MacAddress.Parse(mac)), Ipv4Address.Parse(claimed)), Ipv4Address.Parse(legal),
                Ipv4Address.Parse(gateway), true, default)
            { IsLocal = isLocal, Policy = terms ?? _terms, Meter = number },
            TimeSpan.Zero);

    public (Act Act, byte[] Frame) Run(string program, byte[] frame, uint mark = 0) => Run(program, frame, mark, out _);

    /// <param name="program">Which one.</param>
    /// <param name="frame">What it is given.</param>
    /// <param name="mark">With this mark.</param>
    /// <param name="marked">And the mark that the program left.</param>
    public (Act Act, byte[] Frame) Run(string program, byte[] frame, uint mark, out uint marked)
    {
        (var result, marked) = HostNamespace.Run(() => (RunHere(program, frame, mark, out var left), left));
        return result;
    }

    private (Act Act, byte[] Frame) RunHere(string program, byte[] frame, uint mark, out uint marked)
    {
        if (program == "from_access" && frame.Length >= EthernetHeader.Size + Ipv4Header.Size)
        {
            _remotes.Add((BitConverter.ToUInt32(frame, EthernetHeader.Size + 16), frame[EthernetHeader.Size + 9]));
        }

        var result = new byte[frame.Length + 64];

        // struct __sk_buff begins with len, pkt_type and mark; it is given back as a whole.
        const int Words = 48, Mark = 2;
        var context = stackalloc uint[Words];
        context[Mark] = mark;
        fixed (byte* input = frame)
        fixed (byte* output = result)
        {
            var options = new Libbpf.bpf_test_run_opts
            {
                sz = (nuint)sizeof(Libbpf.bpf_test_run_opts),
                data_in = input,
                data_size_in = (uint)frame.Length,
                data_out = output,
                data_size_out = (uint)result.Length,
                ctx_in = context,
                ctx_size_in = 3u * sizeof(uint),
                ctx_out = context,
                ctx_size_out = Words * sizeof(uint),
                repeat = 1,
            };
            var error = Libbpf.bpf_prog_test_run_opts(_plane.ProgramFd(program), &options);
            Assert.Equal(0, error);
            marked = context[Mark];
            return ((Act)options.retval, result[..(int)options.data_size_out]);
        }
    }

    public ulong Drops(DropReason reason)
    {
        ulong sum = 0;
        foreach (var count in _plane.Drops.Read((uint)reason))
        {
            sum += count;
        }

        return sum;
    }

    public void AssertDropped(string program, byte[] frame, DropReason reason)
    {
        var before = Drops(reason);
        Assert.Equal(Act.Drop, Run(program, frame).Act);
        Assert.Equal(before + 1, Drops(reason));
    }

    /// <summary>The frame's verdict is redirect, and every octet is as expected.</summary>
    public void AssertForwarded(string program, byte[] frame, byte[] expected, uint mark = 0)
    {
        var (act, result) = Run(program, frame, mark);
        Assert.Equal(Act.Redirect, act);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(result));
    }

    public void Dispose() => s_loaded[_plane.Mappings.Capacity].Add(_plane);
}
