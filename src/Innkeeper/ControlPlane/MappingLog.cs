using System.Net.Sockets;
using System.Text;
using Innkeeper.Clocks;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Which device had which ports of a shared address, and when: for operators who must be able to tell (RFC 6888 section 4). A
/// line for a block of ports, not for a connection (REQ-14), and no destinations (REQ-12). Lines that cannot be written wait.
/// </summary>
/// <param name="target">A file, which may be rotated at any time, or "syslog".</param>
/// <param name="syslog">The system logger's socket.</param>
internal sealed class MappingLog(string target, EventLog events, TimeProvider clock, string syslog = MappingLog.DefaultSyslog)
{
    public const string Syslog = "syslog";
    public const string DefaultSyslog = "/dev/log";

    /// <summary>Some hours of a busy site.</summary>
    private const int MaxWaiting = 100_000;

    /// <summary>RFC 5424 6.2.1: facility 10 (security), severity 6 (informational).</summary>
    private const string Priority = "<86>";

    private readonly Queue<string> _waiting = new();
    private bool _failing;

    /// <summary>Lines that were dropped: there were too many while writing failed.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes a record; it is written with the next <see cref="Flush"/>.</summary>
    /// <param name="owner">Null: not known any more.</param>
    /// <param name="age">How long ago it happened.</param>
    public void Add(in PortsRecord record, Station? owner, TimeSpan age)
    {
        if (target == "")
        {
            return;
        }

        if (_waiting.Count == MaxWaiting)
        {
            _waiting.Dequeue();
            Lost++;
        }

        _waiting.Enqueue(Line(record, owner, clock.WallNow() - age));
    }

    /// <summary>
    /// Lines do not wait for the next sweep, unless the last ones could not be written: lines that are not in the log when the process ends are lost.
    /// </summary>
    public void FlushNew()
    {
        if (!_failing)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        try
        {
            if (target == Syslog)
            {
                Send();
            }
            else
            {
                File.AppendAllLines(target, _waiting);
                _waiting.Clear();
            }

            _failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            if (!_failing)
            {
                _failing = true;
                events.Add(new MappingLogFailed(target == Syslog ? syslog : target, e.Message, MaxWaiting));
            }
        }
    }

    internal static string Line(in PortsRecord record, Station? owner, DateTimeOffset time) => string.Join(
        ' ',
        $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}",
        record.Ended == 0 ? "begin" : "end",
        $"device={owner?.Mac.ToString() ?? "unknown"}",
        $"vlan={owner?.Vlan ?? 0}",
        $"address={(Ipv4Address)record.Address}",
        record.First == record.Last ? $"port={record.First}" : $"ports={record.First}-{record.Last}",
        $"protocol={record.Protocol switch { 0 => "any", IpProtocol.Tcp => "tcp", IpProtocol.Udp => "udp", var other => other.ToString(System.Globalization.CultureInfo.InvariantCulture) }}");

    private void Send()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { SendTimeout = 100 };
        socket.Connect(new UnixDomainSocketEndPoint(syslog));
        while (_waiting.TryPeek(out var line))
        {
            socket.Send(Encoding.ASCII.GetBytes($"{Priority}innkeeper[{Environment.ProcessId}]: {line}"));
            _waiting.Dequeue();
        }
    }
}
