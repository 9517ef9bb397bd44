using System.Net.Sockets;
using Innkeeper.Cli;
using Innkeeper.Control;

namespace Innkeeper.Tests.Cli;

/// <summary>What a command line did: its exit code and what it wrote.</summary>
internal sealed record CommandLine(int Code, string Output, string Errors)
{
    public static CommandLine Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = CommandTree.Invoke(arguments, output, errors);
        return new CommandLine(code, output.ToString(), errors.ToString());
    }
}

/// <summary>Answers the first client with given octets and hangs up.</summary>
internal sealed class OneAnswer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Task _served;

    public OneAnswer(string path, byte[] answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _served = Task.Run(async () =>
        {
            using var client = await _listener.AcceptAsync();
            await client.ReceiveAsync(new byte[256]);
            await client.SendAsync(answer);
        });
    }

    public void Dispose()
    {
        _listener.Dispose();
        Assert.Null(Record.Exception(() => _served.Wait(TimeSpan.FromSeconds(10))) as TimeoutException);
    }
}

internal static class SampleReports
{
    public static readonly DateTimeOffset FirstSeen = new(2026, 11, 23, 7, 5, 3, TimeSpan.Zero);

    public static StatusReport Status(string? failure = null, string note = "it began") => new(
        1, "0.1.0", "running", FirstSeen, "eth1", "eth0", "137.118.199.2/24", null, new PoolReport(50, 47, 1, 1, 1), 1, 1,
        new AdoptionReport(0, "none"), failure, new Dictionary<string, ulong> { ["bogus_source"] = 7, ["foreign_vlan"] = 0 },
        new Dictionary<string, ulong>(), [new EventReport(FirstSeen, "started", note)]);

    public static DevicesReport Devices(string? vendor = "Example Corp.") => new(1,
    [
        new DeviceReport("02:00:00:00:00:01", 10, vendor, false, "active", FirstSeen, FirstSeen.AddHours(1),
        [
            new BindingReport("47.31.128.195", "137.118.199.50", "100.64.0.2", "47.31.128.1", "active", FirstSeen, FirstSeen.AddHours(1), 123, 4567, 89, 12_345),
        ], 123, 4567, 89, 12_345),
    ]);
}

internal sealed class SampleSource : IControlSource
{
    public StatusReport Status() => SampleReports.Status();

    public DevicesReport Devices() => SampleReports.Devices();
}
