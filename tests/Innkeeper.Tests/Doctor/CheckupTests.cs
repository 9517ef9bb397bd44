using Innkeeper.Cli;
using Innkeeper.Doctor;
using Innkeeper.Hosting;
using Innkeeper.TestFrames;
using Innkeeper.Tests.Cli;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Tests.Doctor;

/// <summary>The examinations together: none holds or ends the others, and answers of others cannot do any harm.</summary>
public sealed class CheckupTests
{
    private static readonly Examined s_nothing = new(null, [], new SystemInfo("6.1", 0, false, true, true, 1024), null, "no gateway answers");

    private sealed class Made(string name, Func<CancellationToken, Task<IReadOnlyList<Finding>>> run) : IExamination
    {
        public string Name => name;

        public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop) => run(stop);
    }

    [Fact]
    public async Task Examinations_ThatHangOrThrow_AreWarnings_AndTheOthersAreInOrder()
    {
        var ran = await new Checkup(
            [
                new Made("one", _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Ok("one", "good")])),
                new Made("hangs", async stop =>
                {
                    await Task.Delay(Timeout.Infinite, stop);
                    return [];
                }),
                new Made("throws", _ => throw new InvalidOperationException("broken\u001b[2J")),
                new Made("last", _ => Task.FromResult<IReadOnlyList<Finding>>([Finding.Failure("last", "bad", "mend")])),
            ],
            TimeSpan.FromMilliseconds(100)).RunAsync(s_nothing);

        Assert.Equal(["one", "hangs", "throws", "last"], ran.Select(f => f.Subject));
        Assert.Equal([Grade.Ok, Grade.Warning, Grade.Warning, Grade.Failure], ran.Select(f => f.Grade));
        Assert.DoesNotContain('\u001b', ran[2].Seen);
    }

    [Fact]
    public async Task Whole_WithoutAFileOrRights_ExaminesTheMachineAndNamesSetup()
    {
        var found = await Checkup.Whole().RunAsync(s_nothing with { System = SystemInfo.Read() with { Capabilities = 0 } });

        Assert.Contains(found, f => f.Advice?.Contains("innkeeper setup", StringComparison.Ordinal) == true);
        Assert.Subset(found.Select(f => f.Subject).ToHashSet(), new HashSet<string> { "rights", "configuration", "gateway", "interfaces", "clock", "disk", "memory" });
        Assert.DoesNotContain(found, f => f.Seen.StartsWith("not examined", StringComparison.Ordinal));
    }

    [Fact]
    public void Command_WithAFileThatIsWrong_Exits1_AndSaysSoInJson()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "acces.interface = \"eth1\"\n");
            var text = CommandLine.Run("doctor", "--config", file, "--socket", "/nonexistent/s");
            Assert.Equal(1, text.Code);
            Assert.Contains("failure  configuration: ", text.Output);
            Assert.Matches(@"\d+ ok, \d+ warnings?, \d+ failures?\n$", text.Output);

            var json = System.Text.Json.JsonDocument.Parse(CommandLine.Run("doctor", "--config", file, "--socket", "/nonexistent/s", "--json").Output).RootElement;
            Assert.Equal(1, json.GetProperty("schema").GetInt32());
            Assert.Contains(json.GetProperty("findings").EnumerateArray(), f => f.GetProperty("grade").GetString() == "failure" && f.GetProperty("advice").GetString() != null);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Write_IsOneLineForEachFinding_WithAdviceBelow()
    {
        using var output = new StringWriter();
        DoctorCommand.Write(output, [Finding.Ok("clock", "right"), Finding.Warning("DHCP", "another", "end it"), Finding.Failure("router", "silent", "look")]);
        Assert.Equal("ok       clock: right\nwarning  DHCP: another\n         -> end it\nfailure  router: silent\n         -> look\n1 ok, 1 warning, 1 failure\n", output.ToString());
    }

    [Fact]
    public void ForeignFrames_AreReadOnlyIfTheyAnswer_AndNeverThrow()
    {
        var (own, other) = (MacAddress.Parse("02:00:00:00:00:a1"), MacAddress.Parse("02:00:00:00:00:07"));
        var asked = new HashSet<(ushort, Ipv4Address)> { (12, Ipv4Address.Parse("192.0.2.1")) };
        var reply = ArpMessage.Reply(other, Ipv4Address.Parse("192.0.2.1"), own, Ipv4Address.Any);
        Assert.Equal(other, ArpSurvey.Read(FrameBuilder.Arp(other, own, reply, 12), own, asked)?.Mac);
        Assert.Null(ArpSurvey.Read(FrameBuilder.Arp(other, own, reply), own, asked));
        Assert.Null(ArpSurvey.Read(FrameBuilder.Arp(own, own, reply with { SenderMac = own }, 12), own, asked));
        Assert.Null(ArpSurvey.Read(FrameBuilder.Arp(other, own, reply with { SenderIp = Ipv4Address.Parse("192.0.2.2") }, 12), own, asked));

        var question = new byte[DhcpFrame.MaxSize];
        var length = DhcpRivalExamination.WriteQuestion(question, own, 77, 12);
        Assert.Null(DhcpRivalExamination.Read(question.AsSpan(0, length), 77));
        var message = new byte[400];
        var writer = new DhcpWriter(message, new DhcpHeader(true, 77, own));
        writer.TryAdd(DhcpOption.MessageType, (byte)DhcpMessageType.Offer);
        writer.TryAdd(DhcpOption.ServerIdentifier, Ipv4Address.Parse("192.168.1.1"));
        var offer = FrameBuilder.Udp(new FramePath(other, MacAddress.Broadcast, Ipv4Address.Parse("192.168.1.9"), Ipv4Address.Broadcast), 67, 68, message.AsSpan(0, writer.Finish()).ToArray());
        Assert.Equal((Ipv4Address.Parse("192.168.1.1"), other), DhcpRivalExamination.Read(offer, 77));
        Assert.Null(DhcpRivalExamination.Read(offer, 78));

        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var spoilt = offer[..random.Next(0, offer.Length + 1)].ToArray();
            for (var j = 0; j < 3 && spoilt.Length > 0; j++)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next();
            }

            DhcpRivalExamination.Read(spoilt, 77);
            ArpSurvey.Read(spoilt, own, asked);
        }
    }
}
