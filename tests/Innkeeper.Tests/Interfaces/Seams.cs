using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Settings and interfaces that the tests of this folder start from.</summary>
internal static class Given
{
    public const string TwoArms = "access.interface = \"access\"\nuplink.interface = \"uplink\"\n";
    public const string OneArm = "access.interface = \"lan\"\nuplink.interface = \"lan\"\n";

    /// <summary>A second uplink, whose gateway shares the interface's own address.</summary>
    public const string Line = "[gateways.line]\nnext_hop = \"198.51.100.1\"\ninterface = \"line\"\n";

    public static readonly LinkInfo Access = Link(2, "access", addresses: "192.0.2.1/24");
    public static readonly LinkInfo Uplink = Link(3, "uplink", gateway: "137.118.199.1", addresses: "137.118.199.2/24");
    public static readonly LinkInfo SecondUplink = Link(4, "line", addresses: "198.51.100.2/29");
    public static readonly LinkInfo Lan = Link(5, "lan", gateway: "137.118.199.1", addresses: "137.118.199.2/24");
    public static readonly InsideNetwork.Ends Inside = new(Link(8, InsideNetwork.StackEnd), Link(9, InsideNetwork.EdgeEnd));

    public static ConfigurationResult Settings(string text)
    {
        var result = ConfigurationFile.Parse(text, "f");
        Assert.Empty(result.Errors);
        return result;
    }

    /// <summary>Up, with a carrier; its MAC ends with its index.</summary>
    public static LinkInfo Link(int index, string name, int mtu = 1500, string? gateway = null, params string[] addresses) => new(
        index, name, MacAddress.Parse($"02:00:00:00:00:{index:x2}"), mtu, true, true, [.. addresses.Select(Ipv4Network.Parse)], gateway is null ? null : Ipv4Address.Parse(gateway));

    public static NetworkState Network(InnkeeperConfig config, params LinkInfo[] links)
    {
        var network = NetworkState.AtStart(config, [.. links], out var problem);
        Assert.True(network is not null, problem.Text);
        return network;
    }

    public static NetworkState OnTwoArms { get; } = Network(Settings(TwoArms).Config!, Access, Uplink);
}

/// <summary>A host whose interfaces are what the test says.</summary>
internal sealed class ScriptedHost : IHostNetwork
{
    private readonly Dictionary<string, LinkInfo> _links = [];
    private bool _isChanged;

    public ScriptedHost(params ReadOnlySpan<LinkInfo> links) => Set([.. links, Given.Inside.Stack, Given.Inside.Edge]);

    /// <summary>What the next reads throw, one for each.</summary>
    public Queue<Exception> ReadFailures { get; } = [];

    public Queue<Exception> RouteFailures { get; } = [];

    public int Reads { get; private set; }

    /// <summary>MTUs that the inside pair was asked for.</summary>
    public List<int> Ensured { get; } = [];

    public List<OwnRouting> Routings { get; } = [];

    /// <summary>Adds or changes interfaces, and says that something changed.</summary>
    public void Set(params ReadOnlySpan<LinkInfo> links)
    {
        foreach (var link in links)
        {
            _links[link.Name] = link;
        }

        _isChanged = true;
    }

    public void Remove(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            Assert.True(_links.Remove(name));
        }

        _isChanged = true;
    }

    /// <summary>Says that something changed.</summary>
    public void Touch() => _isChanged = true;

    public bool TakeChange()
    {
        var isChanged = _isChanged;
        _isChanged = false;
        return isChanged;
    }

    public ImmutableArray<LinkInfo> ReadLinks()
    {
        Reads++;
        return ReadFailures.TryDequeue(out var failure) ? throw failure : [.. _links.Values.OrderBy(link => link.Index)];
    }

    /// <summary>What others' routes lead to, and the host's name servers.</summary>
    public List<TakenNetwork> Taken { get; } = [];

    /// <summary>What others took away of ours, in words: reported as missing at the next look, and then there again.</summary>
    public List<string> TakenAway { get; } = [];

    /// <summary>Inside networks whose rules, routes and addresses are there, in the order in which they came.</summary>
    public List<Ipv4Network> InsideNetworks { get; } = [];

    public ImmutableArray<TakenNetwork> ReadTaken(ImmutableArray<LinkInfo> links, ImmutableArray<Ipv4Network> candidates) => [.. Taken];

    public InsideNetwork.Ends EnsureInside(Ipv4Network inside, int mtu, out IReadOnlyList<string> missing)
    {
        missing = [.. TakenAway];
        TakenAway.Clear();
        var stack = (_links.GetValueOrDefault(InsideNetwork.StackEnd) ?? Given.Link(NextIndex, InsideNetwork.StackEnd)) with { Mtu = mtu, IsUp = true };
        var isNew = !_links.TryGetValue(stack.Name, out var before) || before != stack;
        _links[stack.Name] = stack;
        var edge = (_links.GetValueOrDefault(InsideNetwork.EdgeEnd) ?? Given.Link(NextIndex, InsideNetwork.EdgeEnd)) with { Mtu = mtu, IsUp = true };
        isNew |= !_links.TryGetValue(edge.Name, out before) || before != edge;
        _links[edge.Name] = edge;
        if (isNew)
        {
            Ensured.Add(mtu);
        }

        if (!InsideNetworks.Contains(inside))
        {
            InsideNetworks.Add(inside);
        }

        return new InsideNetwork.Ends(stack, edge);
    }

    public IReadOnlyList<string> AddRouting(OwnRouting routing)
    {
        if (RouteFailures.TryDequeue(out var failure))
        {
            throw failure;
        }

        if (Routings.Count == 0 || Routings[^1].Stack != routing.Stack || !Routings[^1].Gateways.SequenceEqual(routing.Gateways))
        {
            Routings.Add(routing);
        }

        return [];
    }

    public void RemoveOthers(OwnRouting routing) => InsideNetworks.RemoveAll(i => i != routing.Inside);

    /// <summary>The host's own ways to a router that its main table has lost, as they were set; null: taken away.</summary>
    public List<FallbackRoute?> Fallbacks { get; } = [];

    public void SetFallback(FallbackRoute? route) => Fallbacks.Add(route);

    private int NextIndex => Math.Max(20, _links.Values.Max(link => link.Index)) + 1;
}

/// <summary>Keeps what was written to it, in order, and refuses what the test says.</summary>
internal sealed class RecordingDataPlane : IDataPlane
{
    public bool IsAdopted { get; init; }

    /// <summary>The configuration in force; before the first write that of an earlier process.</summary>
    public DataPlaneConfig? Config { get; set; }

    /// <summary>"profiles", "config", "pool", "vlans", and hooks as "+program@index" and "-program@index".</summary>
    public List<string> Writes { get; } = [];

    public (Ipv4Address? Router, ImmutableArray<Ipv4Network> Uplinks) Profiles { get; private set; }

    public ImmutableArray<ushort> Vlans { get; private set; }

    public ImmutableArray<Ipv4Network> Pool { get; private set; }

    public List<string> Attached { get; init; } = [];

    /// <summary>Attaching there fails once.</summary>
    public string? Refused { get; set; }

    public DataPlaneConfig? ReadConfig() => Config;

    public void WriteConfig(in DataPlaneConfig config)
    {
        Writes.Add("config");
        Config = config;
    }

    public IReadOnlyCollection<MacAddress> FormerGateways { get; private set; } = [];

    public void WriteFormerGateways(IReadOnlyCollection<MacAddress> macs) => FormerGateways = macs;

    public void WriteVlans(IReadOnlyCollection<ushort> vlans)
    {
        Writes.Add("vlans");
        Vlans = [.. vlans];
    }

    public void WritePool(IEnumerable<Ipv4Network> networks)
    {
        Writes.Add("pool");
        Pool = [.. networks];
    }

    public void WriteProfiles(Ipv4Address? router, IReadOnlyList<Ipv4Network> uplinks)
    {
        Writes.Add("profiles");
        Profiles = (router, [.. uplinks]);
    }

    public void Attach(Hook hook)
    {
        if (TextOf(hook) == Refused)
        {
            Refused = null;
            throw new DataPlaneException($"cannot attach {TextOf(hook)}");
        }

        Writes.Add("+" + TextOf(hook));
        Attached.Add(TextOf(hook));
    }

    public bool IsAttached(Hook hook) => Attached.Contains(TextOf(hook));

    public void Detach(Hook hook)
    {
        Writes.Add("-" + TextOf(hook));
        Attached.Remove(TextOf(hook));
    }

    public void ForgetEarlierPrograms() => Writes.Add("forget");

    public IEnumerable<Hook> PossibleHooks() => Enumerable.Range(1, 9).SelectMany(index => (Hook[])
    [
        new(index, "", 0, "from_access"), new(index, "", 0, "from_uplink"), new(index, "", 0, "to_uplink"),
    ]);

    private static string TextOf(Hook hook) => $"{hook.Program}@{hook.Ifindex}";
}

/// <summary>Remembers what it was bound to.</summary>
internal sealed class RecordingSocket(int mark, MacAddress? group) : ILinkSocket
{
    public int Mark => mark;

    public MacAddress? Group => group;

    public int Index { get; private set; }

    public bool IsClosed { get; private set; }

    public bool TakesAll { get; private set; }

    public void TakeAll() => TakesAll = true;

    public void Bind(int interfaceIndex) => Index = interfaceIndex;

    public bool TrySend(ReadOnlySpan<byte> frame) => Index != 0 && !IsClosed;

    public void Dispose() => IsClosed = true;
}
