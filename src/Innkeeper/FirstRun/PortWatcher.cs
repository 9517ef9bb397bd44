using System.Collections.Concurrent;
using Innkeeper.Doctor;
using Innkeeper.Hosting;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>Knows the stations on the interfaces.</summary>
internal interface IPortWatcher
{
    /// <summary>Null: nothing was heard there.</summary>
    HeardStations? HeardOn(string name);

    /// <summary>Whether the router of an interface answers ARP; null: it was not asked yet.</summary>
    bool? DoesRouterAnswer(string name);

    /// <summary>Which of some addresses hosts have, by ARP probes (RFC 5227 section 2.1.1): they tell no host of an address of ours.</summary>
    IReadOnlySet<Ipv4Address> Ask(string name, IReadOnlyList<Ipv4Address> addresses, CancellationToken stop);
}

/// <summary>Listens on every interface, each by a thread of its own, and asks for the routers. It sends nothing else.</summary>
internal sealed class PortWatcher : IPortWatcher, IDisposable
{
    /// <summary>A machine with more interfaces has no person who looks at each.</summary>
    private const int MostPorts = 32;

    /// <summary>Frames between two looks at whether it is to end: a flood does not hold the thread.</summary>
    private const int MostFrames = 1000;

    /// <summary>RFC 5227 section 1.1: PROBE_NUM.</summary>
    private const int Probes = 3;

    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, HeardStations> _heard = new();
    private readonly ConcurrentDictionary<string, bool> _routers = new();
    private readonly List<Thread> _threads = [];

    public PortWatcher(IEnumerable<SurveyedInterface> ports)
    {
        foreach (var port in ports.Take(MostPorts))
        {
            _heard[port.Name] = new HeardStations(port.Mac);
            var thread = new Thread(() => Listen(port.Name, _heard[port.Name])) { IsBackground = true, Name = $"listen {port.Name}" };
            _threads.Add(thread);
            thread.Start();
        }

        var asker = new Thread(AskRouters) { IsBackground = true, Name = "ask routers" };
        _threads.Add(asker);
        asker.Start();
    }

    public HeardStations? HeardOn(string name) => _heard.GetValueOrDefault(name);

    public bool? DoesRouterAnswer(string name) => _routers.TryGetValue(name, out var answers) ? answers : null;

    public IReadOnlySet<Ipv4Address> Ask(string name, IReadOnlyList<Ipv4Address> addresses, CancellationToken stop)
    {
        var used = new HashSet<Ipv4Address>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop, _stop.Token);
        for (var i = 0; i < Probes && Netlink.ReadInterface(name, out var link) && !over.IsCancellationRequested; i++)
        {
            IReadOnlyList<(ushort, Ipv4Address)> open = [.. addresses.Where(a => !used.Contains(a)).Select(a => ((ushort)0, a))];
            used.UnionWith(ArpSurvey.Ask(link, Ipv4Address.Any, open, s_patience, answers => answers.Count == open.Count, over.Token).Select(a => a.Address));
        }

        return used;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _threads.ForEach(t => t.Join());
        _stop.Dispose();
    }

    /// <summary>An interface may go and come again.</summary>
    private void Listen(string name, HeardStations heard)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (Netlink.ReadInterface(name, out var link))
                {
                    using var tap = LinkTap.Open(link.Index, TapFilter.All());
                    while (!_stop.IsCancellationRequested && IsThere(name, link.Index))
                    {
                        Take(tap, heard);
                    }
                }
            }
            catch (NetlinkException)
            {
                // It is gone; it may come again.
            }

            _stop.Token.WaitHandle.WaitOne(s_retry);
        }
    }

    private static bool IsThere(string name, int index) => Netlink.ReadInterface(name, out var link) && link.Index == index;

    private void Take(LinkTap tap, HeardStations heard)
    {
        for (var turns = 0; turns < 10 && !_stop.IsCancellationRequested; turns++)
        {
            // An interface that is down is "readable": its error waits there.
            if (!tap.Wait(s_turn))
            {
                continue;
            }

            var frames = 0;
            while (frames < MostFrames && tap.TryReceive(out var frame))
            {
                frames++;
                if (!frame.IsOutgoing)
                {
                    heard.Hear(frame.Octets);
                }
            }

            if (frames == 0)
            {
                _stop.Token.WaitHandle.WaitOne(s_turn);
            }
        }
    }

    private void AskRouters()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                foreach (var link in Netlink.ReadInterfaces().Where(l => l is { IsUp: true, Gateway: not null } && _heard.ContainsKey(l.Name)))
                {
                    _routers[link.Name] = ArpSurvey.Ask(
                        link, link.PrimaryAddress?.Address ?? Ipv4Address.Any, [(0, link.Gateway!.Value)], s_patience, answers => answers.Count > 0, _stop.Token).Count > 0;
                }
            }
            catch (NetlinkException)
            {
                // Again in the next turn.
            }

            _stop.Token.WaitHandle.WaitOne(s_retry);
        }
    }
}
