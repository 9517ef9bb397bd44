using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Dns.Sockets;

/// <summary>
/// The DNS service: one thread that waits for queries, answers of servers and the resolver's next due time, and carries out
/// the resolver's actions. TCP and TLS run beside it and hand over whole messages. It answers after <see cref="Begin"/>.
/// </summary>
internal sealed unsafe class DnsService : IResolverOutput, IDisposable
{
    private const int MaxEvents = 256;

    /// <summary>Looks for more work before the thread sleeps, some microseconds in all: under load, waking it costs more than an answer.</summary>
    private const int BusyLooks = 20;
    private const int MaxBatches = 8;
    private const int SocketBuffers = 4 << 20;
    private const int AnswerRoom = 65535 + 64;
    private static readonly TimeSpan s_serversInterval = TimeSpan.FromSeconds(5);

    private readonly ILogger _log;
    private readonly string _device;
    private readonly string? _uplink;
    private readonly Func<Ipv4Address, DnsAsker> _askerOf;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly UdpQueries _udpExchanges;
    private readonly StreamQueries _streamExchanges;
    private readonly ConcurrentQueue<Action<TimeSpan>> _inbox = new();
    private readonly byte[] _answer = GC.AllocateUninitializedArray<byte>(AnswerRoom, pinned: true);
    private readonly byte[] _reply = GC.AllocateUninitializedArray<byte>(65536, pinned: true);
    private readonly List<UdpEndpoint> _udp = [];
    private readonly List<TcpEndpoint> _tcp = [];
    private readonly Thread _thread;
    private readonly UdpEndpoint.Handler _onQuery;
    private readonly Func<IReadOnlyList<UpstreamAddress>?>? _findServers;
    private readonly SignOfLife _life;
    private readonly HashSet<Type> _said = [];
    private readonly RecentQuestions _recent = new();
    private TimeSpan _nextServers;
    private bool _isDraining;
    private TaskCompletionSource? _drained;
    /// <summary>When the question came that the resolver is asked now: an answer that it gives meanwhile waited for no server.</summary>
    private TimeSpan _asked;

    private volatile bool _stop;
    private long _turns;

    /// <param name="settings">The resolver's settings; without servers, those of <paramref name="findServers"/> are used.</param>
    /// <param name="local">Names that are answered here.</param>
    /// <param name="device">The stack's end of the inside network.</param>
    /// <param name="uplink">The interface on which hosts outside may ask for local names; null: they may not.</param>
    /// <param name="findServers">The host's own servers; asked again from time to time.</param>
    /// <param name="askerOf">The device behind an inside address. Called by any thread.</param>
    /// <param name="garden">Where the walled garden's hosts are written.</param>
    /// <param name="life">Given while queries are answered.</param>
    /// <param name="tell">Takes events.</param>
    /// <param name="log">For messages that an administrator should read.</param>
    /// <exception cref="IOException">A socket could not be opened.</exception>
    public DnsService(
        ResolverSettings settings, LocalNames local, string device, string? uplink, Func<IReadOnlyList<UpstreamAddress>?> findServers, Func<Ipv4Address, DnsAsker> askerOf,
        IGardenMap garden, SignOfLife life, Action<GatewayEvent> tell, ILogger log)
    {
        _log = log;
        _life = life;
        _device = device;
        _uplink = uplink;
        _findServers = settings.Servers.Count == 0 ? findServers : null;
        Resolver = new Resolver(settings, local, askerOf, tell, this, new RandomNumbers().Next, garden);
        _askerOf = askerOf;
        _epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _wake = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        Watch(_wake);
        _udpExchanges = new UdpQueries(_epoll);
        _streamExchanges = new StreamQueries((exchange, answer) => Post(now => OnStreamEnd(exchange, answer, now)));
        _onQuery = OnQuery;
        Open(0, 0);
        UdpPort = _udp[0].Port;
        TcpPort = _tcp[0].Port;
        _thread = new Thread(Run) { Name = "dns", IsBackground = true };
    }

    public Resolver Resolver { get; }

    public ObservedDnsServers ObservedServers { get; } = new();

    public QuestionCounts Questions { get; } = new();

    /// <summary>How often the thread that answers has turned: several times a second, unless it hangs. Any thread may ask.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>A device's use of the service. The DNS thread only.</summary>
    /// <param name="device">Its inside address.</param>
    /// <param name="since">When it got that address.</param>
    public DnsUse UseOf(Ipv4Address device, TimeSpan since, TimeSpan now) =>
        new(_recent.Find(device, since, now), Resolver.Budgets.RefusedOf(_askerOf(device).Station, now));

    /// <summary>Forgets the last questions of all devices, which only <see cref="UseOf"/> shows. Any thread.</summary>
    public Task ForgetQuestionsAsync() => RunAsync(_ =>
    {
        _recent.Clear();
        return true;
    });

    /// <summary>Has the DNS thread compute something. Any thread.</summary>
    public Task<T> RunAsync<T>(Func<TimeSpan, T> action)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(now =>
        {
            try
            {
                done.SetResult(action(now));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>The port that the data plane sends queries by UDP to.</summary>
    public ushort UdpPort { get; }

    /// <summary>The port that the data plane sends queries by TCP to.</summary>
    public ushort TcpPort { get; }

    /// <summary>Answers from now on; queries that arrived before have waited.</summary>
    public void Begin()
    {
        // The thread handles questions before it looks for servers: the first one would find none.
        FindServers(Now);
        _life.Give(Now, Resolver.Upstreams);
        _tcp.ForEach(e => e.Begin());
        _thread.Start();
    }

    /// <summary>The process stops: the data plane has devices' queries answered by others from now on.</summary>
    public void Leave() => _life.End();

    /// <summary>Another program is about to answer on these sockets. Any thread may call it.</summary>
    public void HandOver() => _life.HandOver(Now);

    /// <summary>An interface was created again: the previous sockets are bound to one that is gone.</summary>
    public void Reopen() => Post(_ =>
    {
        if (_isDraining)
        {
            return;
        }

        try
        {
            CloseEndpoints();
            Open(UdpPort, TcpPort);
            _tcp.ForEach(e => e.Begin());
        }
        catch (IOException e)
        {
            _log.NotReopened(e.Message);
        }
    });

    /// <summary>
    /// Accepts no more questions, and waits for the answers that servers are being asked for, as far as time allows. New queries wait in the sockets,
    /// which stay open for the next program.
    /// </summary>
    public IReadOnlyList<InheritedSocket> Drain(TimeSpan patience)
    {
        var drained = new TaskCompletionSource();
        var sockets = new TaskCompletionSource<IReadOnlyList<InheritedSocket>>();
        Post(_ =>
        {
            _isDraining = true;
            _udp.ForEach(e => Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_DEL, e.Handle, null));
            sockets.SetResult(
            [
                .. _udp.Select(e => new InheritedSocket(InheritedNameOf(Libc.SOCK_DGRAM, e.IsOutside ? _uplink! : _device), e.Handle)),
                .. _tcp.Select(e => new InheritedSocket(InheritedNameOf(Libc.SOCK_STREAM, e.IsOutside ? _uplink! : _device), e.Handle)),
            ]);

            // By TCP questions come as long as a client is about to ask.
            Task.WhenAll(_tcp.Select(e => e.DrainAsync())).ContinueWith(_ => Post(_ => _drained = drained), TaskScheduler.Default);
        });
        drained.Task.Wait(patience);
        return sockets.Task.IsCompletedSuccessfully ? sockets.Task.Result : [];
    }

    /// <summary>Memory is short, or enough again (<see cref="Resolver.Shed"/>). Any thread.</summary>
    public void Shed(int level, long room) => Post(_ => Resolver.Shed(level, room));

    /// <inheritdoc/>
    public Span<byte> BeginAnswer() => _answer;

    /// <inheritdoc/>
    public void EndAnswer(in DnsClient client, int length)
    {
        if (!client.Path.IsOutside)
        {
            var now = Now;
            _recent.Answered(client, _answer.AsSpan(0, length), now);
            if (_asked != default)
            {
                Resolver.Times.Add(AnswerSource.Gateway, now - _asked);
            }
        }

        client.Path.Send(client, _answer.AsSpan(0, length));
    }

    /// <inheritdoc/>
    public bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query) =>
        exchange.IsStream ? _streamExchanges.TryStart(exchange, query) : _udpExchanges.TrySend(exchange, query);

    /// <inheritdoc/>
    public void Close(UpstreamQuery exchange) => _udpExchanges.Close(exchange);

    public void Dispose()
    {
        _stop = true;
        Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        CloseEndpoints();
        _streamExchanges.Dispose();
        _udpExchanges.Dispose();
        _ = Libc.close(_wake);
        _ = Libc.close(_epoll);
    }

    private static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    private void Run()
    {
        var events = stackalloc Libc.epoll_event[MaxEvents];
        var looks = 0;
        while (!_stop)
        {
            Volatile.Write(ref _turns, _turns + 1);
            var count = Libc.epoll_wait(_epoll, events, MaxEvents, looks > 0 ? 0 : WaitTime());
            looks = count > 0 ? BusyLooks : looks - 1;
            if (count == 0 && looks > 0)
            {
                continue;
            }

            for (var i = 0; i < count; i++)
            {
                try
                {
                    Handle((int)events[i].data);
                }
                catch (Exception e)
                {
                    // No octets from outside should lead here. If some do, they cost one query and not the whole service.
                    Resolver.Count(DnsCounter.InternalErrors);
                    if (_said.Add(e.GetType()))
                    {
                        _log.Failed(e);
                    }
                }
            }

            var now = Now;
            Resolver.Tick(now);
            FindServers(now);
            _life.Give(now, Resolver.Upstreams);
            foreach (var endpoint in _udp)
            {
                endpoint.Flush();
            }

            if (_drained is not null && !Resolver.IsAwaited)
            {
                _drained.TrySetResult();
            }
        }
    }

    private int WaitTime()
    {
        var due = Resolver.NextDue() is { } next && next < _life.Due ? next : _life.Due;
        return (int)Math.Clamp(Math.Ceiling((due - Now).TotalMilliseconds), 0, SignOfLife.Interval.TotalMilliseconds);
    }

    private void Handle(int handle)
    {
        if (_udp.Find(e => e.Handle == handle) is { } endpoint)
        {
            for (var batch = 0; endpoint.Receive(_onQuery) && batch < MaxBatches; batch++)
            {
                endpoint.Flush();
            }

            endpoint.Flush();
        }
        else if (handle == _wake)
        {
            ulong ignored;
            _ = Libc.read(_wake, &ignored, sizeof(ulong));
            while (_inbox.TryDequeue(out var action))
            {
                action(Now);
            }
        }
        else if (_udpExchanges.Find(handle) is { } exchange)
        {
            var length = UdpQueries.Receive(exchange, _reply);
            if (length > 0)
            {
                Resolver.Reply(exchange, _reply.AsSpan(0, length), Now);
            }
            else if (length < 0)
            {
                Resolver.Failed(exchange, Now);
            }
        }
    }

    private void OnQuery(in DnsClient client, ReadOnlySpan<byte> query)
    {
        var now = Now;
        _asked = now;
        if (!client.Path.IsOutside)
        {
            ObservedServers.Note(client.Address, client.Asked);
            Questions.Note(client.Address);
            _recent.Asked(client, query, now);
        }

        try
        {
            Resolver.Ask(client, query, now);
        }
        finally
        {
            _asked = default;
        }
    }

    private void OnStreamEnd(UpstreamQuery exchange, byte[]? answer, TimeSpan now)
    {
        if (answer is null)
        {
            Resolver.Failed(exchange, now);
        }
        else
        {
            Resolver.Reply(exchange, answer, now);
        }
    }

    private void Open(ushort udpPort, ushort tcpPort)
    {
        Add(new UdpEndpoint(Open(Libc.SOCK_DGRAM, _device, udpPort, inside: true), isOutside: false));
        _tcp.Add(new TcpEndpoint(Open(Libc.SOCK_STREAM, _device, tcpPort, inside: true), isOutside: false, AskFromAnyThread, address => _askerOf(address).Keeps));
        if (_uplink is not null)
        {
            Add(new UdpEndpoint(Open(Libc.SOCK_DGRAM, _uplink, 53, inside: false), isOutside: true));
            _tcp.Add(new TcpEndpoint(Open(Libc.SOCK_STREAM, _uplink, 53, inside: false), isOutside: true, AskFromAnyThread, _ => 0));
        }
    }

    private static int Open(int type, string device, ushort port, bool inside)
    {
        try
        {
            return ServiceSocket.Open(type, device, port, inside, SocketBuffers, InheritedNameOf(type, device));
        }
        catch (IOException e)
        {
            throw new IOException($"DNS: {e.Message}" + (inside ? "" : "; another server has the port: stop it, bind it to other interfaces, or set [dns] serve_uplink = false"), e);
        }
    }

    private static string InheritedNameOf(int type, string device) => $"dns-{type}-{device}";

    private void Add(UdpEndpoint endpoint)
    {
        _udp.Add(endpoint);
        Watch(endpoint.Handle);
    }

    private void CloseEndpoints()
    {
        _udp.ForEach(e => e.Dispose());
        _tcp.ForEach(e => e.Dispose());
        _udp.Clear();
        _tcp.Clear();
    }

    private void AskFromAnyThread(DnsClient client, byte[] query) => Post(_ => OnQuery(client, query));

    private void Post(Action<TimeSpan> action)
    {
        _inbox.Enqueue(action);
        Wake();
    }

    private void Wake()
    {
        ulong one = 1;
        _ = Libc.write(_wake, &one, sizeof(ulong));
    }

    private void Watch(int handle)
    {
        var wish = new Libc.epoll_event { events = Libc.EPOLLIN, data = handle };
        if (Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_ADD, handle, &wish) < 0)
        {
            throw new IOException($"cannot wait for DNS queries: {Libc.Describe(Marshal.GetLastPInvokeError())}");
        }
    }

    private void FindServers(TimeSpan now)
    {
        if (_findServers is null || now < _nextServers)
        {
            return;
        }

        // A host that has just started has none yet; one that cannot tell now keeps those that were found before.
        var servers = _findServers();
        _nextServers = now + (servers is null or { Count: 0 } ? SignOfLife.Interval : s_serversInterval);
        if (servers is null)
        {
            return;
        }

        if (!servers.SequenceEqual(Resolver.Upstreams.Select(u => u.Address)))
        {
            Resolver.SetServers(servers);
            _log.ServersFound(servers.Count == 0 ? "none" : string.Join(", ", servers));
        }
    }
}

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class DnsLog
{
    [LoggerMessage(LogIds.DnsServersFound, LogLevel.Information, "DNS servers of this host: {Servers}")]
    public static partial void ServersFound(this ILogger log, string servers);

    [LoggerMessage(LogIds.DnsInternalError, LogLevel.Error, "Internal error while handling a DNS message; further ones are only counted (internal_errors)")]
    public static partial void Failed(this ILogger log, Exception exception);

    [LoggerMessage(LogIds.DnsNotReopened, LogLevel.Error, "{Reason}; devices get no DNS answers until the gateway is restarted")]
    public static partial void NotReopened(this ILogger log, string reason);
}
