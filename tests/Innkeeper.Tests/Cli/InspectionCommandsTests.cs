using Innkeeper.Cli;
using Innkeeper.Control;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Cli;

/// <summary>`ping`, `wake` and `capture` against a gateway that answers as a test says.</summary>
public sealed class InspectionCommandsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;

    public InspectionCommandsTests() => _server = new ControlServer(SocketPath, _gateway.Operations);

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static PingReport Answer(double? arp, double? echo) => new(1, "02:00:00:00:00:01", [new PingAnswerReport(12, "47.31.128.195", "47.31.128.1", arp, echo)]);

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--socket", SocketPath]);

    [Fact]
    public void Ping_OfADeviceThatAnswersSometimes_ShowsEachAndASum_AndExits0()
    {
        _gateway.Pings.Clear();
        _gateway.Pings.Enqueue(Answer(0.4, 0.6));
        _gateway.Pings.Enqueue(Answer(0.8, null));

        var ran = Run("ping", "02:00:00:00:00:01", "--count", "2");

        Assert.Equal(
            (0,
            "PING 02:00:00:00:00:01 at 47.31.128.195 in VLAN 12, from its gateway 47.31.128.1\n47.31.128.195: seq 1: ARP 0.4 ms, ICMP echo 0.6 ms\n47.31.128.195: seq 2: ARP 0.8 ms, ICMP echo no answer\n" +
            "2 asked; ARP: 2 answered (0 % lost), min/avg/max 0.4/0.6/0.8 ms; ICMP echo: 1 answered (50 % lost), min/avg/max 0.6/0.6/0.6 ms\nthe device is there\n"),
            (ran.Code, ran.Output));
    }

    [Theory]
    [InlineData(null, null, 1, "the device does not answer")]
    [InlineData(0.4, null, 0, "does not answer pings")]
    [InlineData(null, 0.4, 0, "no ARP request to it alone")]
    public void Ping_SaysWhichOfBothIsAnswered(double? arp, double? echo, int code, string said)
    {
        _gateway.Pings.Clear();
        _gateway.Pings.Enqueue(Answer(arp, echo));

        var ran = Run("ping", "02:00:00:00:00:01", "-c", "1");

        Assert.Equal(code, ran.Code);
        Assert.Contains(said, ran.Output);
    }

    [Fact]
    public void Wake_SaysWhereFramesWereSent_AndAFailureIsTold()
    {
        Assert.Equal((0, "woken 02:00:00:00:00:01: frames were sent untagged, in VLAN 12\n"), (Run("wake", "press-1").Code, Run("wake", "press-1").Output));
        Assert.Equal("{\"schema\":1,\"mac\":\"02:00:00:00:00:01\",\"vlans\":[0,12]}\n", Run("wake", "press-1", "--json").Output);

        _gateway.OnWake = device => new NotFound("device", device);
        Assert.Equal(5, Run("wake", "press-2").Code);
    }

    [Fact]
    public void Ping_InJson_IsTheGatewaysLines_AndAFailureIsOne()
    {
        Assert.Equal(
            "{\"schema\":1,\"mac\":\"02:00:00:00:00:01\",\"answers\":[{\"vlan\":0,\"address\":\"47.31.128.195\",\"from\":\"47.31.128.1\",\"arp_ms\":0.4,\"echo_ms\":0.6}]}\n",
            Run("ping", "02:00:00:00:00:01", "-c", "1", "--json").Output);

        _gateway.Pings.Clear();
        _gateway.Pings.Enqueue(new NotFound("device", "x"));
        var ran = Run("ping", "x", "--json");
        Assert.Equal(5, ran.Code);
        Assert.StartsWith("{\"error\":\"not_found\"", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ping", "02:00:00:00:00:01", "--count", "0")]
    [InlineData("ping", "02:00:00:00:00:01", "--count", "x")]
    [InlineData("capture", "02:00:00:00:00:01", "--for", "11m")]
    [InlineData("capture", "02:00:00:00:00:01", "--for", "soon")]
    [InlineData("capture", "02:00:00:00:00:01", "--snap", "63")]
    public void Values_OutOfRange_AreUsageErrors(params string[] arguments) => Assert.Equal(2, Run(arguments).Code);

    [Fact]
    public void Capture_ThatIsRefused_SaysWhy_AndMakesNoFile()
    {
        var file = Path.Combine(_directory, "f.pcapng");
        var ran = Run("capture", "02:00:00:00:00:01", "--file", file);

        Assert.Equal(1, ran.Code);
        Assert.Contains("only one device is captured at a time", ran.Errors);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Capture_GivesTheLimitsToTheGateway()
    {
        CaptureLimits? given = null;
        _gateway.OnCapture = (_, limits) =>
        {
            given = limits;
            return new Unavailable("later");
        };

        Run("capture", "room 12", "--for", "2m", "--count", "7", "--snap", "96", "--file", Path.Combine(_directory, "f"));

        Assert.Equal(new CaptureLimits(TimeSpan.FromMinutes(2), 7, 96), given);
    }

    [Fact]
    public void FileName_OfADeviceWithAnyName_IsPlain() =>
        Assert.Equal("---etc-r-m-20261130-120001.pcapng", InspectionCommands.NameOf("../etc/r m", new DateTime(2026, 11, 30, 12, 0, 1, DateTimeKind.Local)));

    [Fact]
    public void Writer_WritesWholeBlocksOnly_ForItsOwnerAlone_AndCountsDrops()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        PcapngWriter.WriteSection(output, "a", "b", "c");
        PcapngWriter.WritePacket(output, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, "dropped by the gateway: held"), [1, 2, 3]);
        PcapngWriter.WritePacket(output, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, null), [1, 2, 3]);
        PcapngWriter.WriteStatistics(output, new PcapngStatistics(0, 1, 2, 3, 0, 0, "the time is over (30 s)"));
        var whole = output.WrittenCount;
        PcapngWriter.WritePacket(output, new PcapngPacket(0, 1, 3, PcapngDirection.Inbound, null), [1, 2, 3]);
        var file = Path.Combine(_directory, "w.pcapng");

        var begun = 0;
        using var writer = new CaptureWriter(file, () => begun++, TestContext.Current.CancellationToken);
        writer.Read(new MemoryStream(output.WrittenSpan[..^5].ToArray()));
        writer.Finish();

        Assert.Equal(output.WrittenSpan[..whole].ToArray(), File.ReadAllBytes(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((1, "2 packets written to f, 1 of them dropped by the gateway; the time is over (30 s)"), (begun, writer.Summary("f")));
    }

    /// <summary>A new mode would come too late for a process that has the file open.</summary>
    [Fact]
    public void CaptureWriter_OfAFileThatOthersMayRead_Refuses_AndLeavesItAsItIs()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        PcapngWriter.WriteSection(output, "a", "b", "c");
        var file = Path.Combine(_directory, "open.pcapng");
        File.WriteAllText(file, "mine");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        using var writer = new CaptureWriter(file, () => { }, TestContext.Current.CancellationToken);
        Assert.Contains("is here already", Assert.Throws<IOException>(() => writer.Read(new MemoryStream(output.WrittenSpan.ToArray()))).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
    }
}
