using System.Text;
using System.Text.Json;
using Innkeeper.Events;
using Innkeeper.Exports;

namespace Innkeeper.Tests.Exports;

public sealed class SyslogFormatTests
{
    private static readonly SyslogSender s_sender = new("gateway.example.net", 4711);
    private static readonly DateTimeOffset s_time = new(2026, 11, 30, 18, 5, 9, 87, TimeSpan.FromHours(1));

    private static readonly ExportRecord s_event = new(s_time, ExportRecord.Event)
    {
        Number = 7,
        Kind = EventKind.PoolExhausted,
        Severity = EventSeverity.Error,
        Text = "no address is left",
        Mac = "02:00:00:00:00:01",
        Address = "10.1.2.3",
    };

    private static byte[] Encode(ExportRecord record, bool isCounted = false, int most = SyslogFormat.MostInStream, SyslogSender? sender = null) => new SyslogFormat(sender ?? s_sender, isCounted, most).Encode(record);

    private static string Text(ExportRecord record, bool isCounted = false) => Encoding.UTF8.GetString(Encode(record, isCounted));

    /// <summary>The reader that the other tests trust reads the RFC's own examples (section 6.5).</summary>
    [Theory]
    [InlineData("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8", 4, 2, "ID47", "'su root' failed for lonvick on /dev/pts/8")]
    [InlineData("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.", 20, 5, "-", "%% It's time to make the do-nuts.")]
    [InlineData("<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]", 20, 5, "ID47", "")]
    public void Reader_TakesTheExamplesOfTheRfc(string message, int facility, int severity, string id, string sentence)
    {
        var read = SyslogMessage.Parse(Encoding.UTF8.GetBytes(message));

        Assert.Equal((facility, severity, id, sentence), (read.Facility, read.Severity, read.Id, read.Sentence));
    }

    [Theory]
    [InlineData("<192>1 - h a p i -")]
    [InlineData("<14>2 - h a p i -")]
    [InlineData("<14>1 - h a p i [x y=\"a]b\"]")]
    [InlineData("<14>1 - h a p i [x][x]")]
    [InlineData("<14>1 - h a p")]
    public void Reader_RefusesWhatBreaksTheGrammar(string message) => Assert.ThrowsAny<Exception>(() => SyslogMessage.Parse(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public void Event_IsThisMessage() => Assert.Equal(
        "<27>1 2026-11-30T17:05:09.087Z gateway.example.net innkeeper 4711 pool-exhausted "
        + "[meta sequenceId=\"7\"][innkeeper@32473 type=\"event\" kind=\"pool-exhausted\" mac=\"02:00:00:00:00:01\" address=\"10.1.2.3\"] no address is left", Text(s_event));

    /// <summary>RFC 6587 section 3.4.1: the length counts octets, not characters.</summary>
    [Fact]
    public void Event_ForAStream_BeginsWithItsLengthInOctets()
    {
        var octets = Encode(s_event with { Text = "größe" }, isCounted: true);
        var space = Array.IndexOf(octets, (byte)' ');

        Assert.Equal(octets.Length - space - 1, int.Parse(Encoding.ASCII.GetString(octets, 0, space)));
        Assert.Equal("größe", SyslogMessage.Parse(octets.AsSpan(space + 1)).Sentence);
    }

    /// <summary>RFC 5424 section 6.4: a text that is UTF-8 begins with the byte order mark.</summary>
    [Theory]
    [InlineData("plain", false)]
    [InlineData("naïve", true)]
    public void Text_HasAByteOrderMarkWhereItIsNotAscii(string text, bool isMarked) =>
        Assert.Equal(isMarked, SyslogMessage.Parse(Encode(s_event with { Text = text })).Text.AsSpan().StartsWith((byte[])[0xEF, 0xBB, 0xBF]));

    [Theory]
    [InlineData(EventSeverity.Error, 3)]
    [InlineData(EventSeverity.Warning, 4)]
    [InlineData(EventSeverity.Info, 6)]
    public void Event_HasTheSeverityOfItsKind(string severity, int expected)
    {
        var message = SyslogMessage.Parse(Encode(s_event with { Severity = severity }));

        Assert.Equal((3, expected), (message.Facility, message.Severity));
    }

    [Fact]
    public void AuditEntry_HasWhoDidWhatFromWhere_AndTheFieldsThatChanged()
    {
        var message = SyslogMessage.Parse(Encode(new ExportRecord(s_time, ExportRecord.Audit)
        {
            Number = 3,
            Kind = "device-name",
            Actor = "anna",
            From = "192.0.2.9",
            Subject = "02:00:00:00:00:01",
            Text = "is named Lobby",
            Before = null,
            After = JsonElement.Parse("""{"name":"a\"]\\b"}"""),
        }));

        var data = message.Data[SyslogFormat.DataName];
        Assert.Equal((13, 5, "device-name"), (message.Facility, message.Severity, message.Id));
        Assert.Equal(("audit", "anna", "192.0.2.9", "02:00:00:00:00:01", """{"name":"a\"]\\b"}"""), (data["type"], data["actor"], data["from"], data["subject"], data["after"]));
        Assert.DoesNotContain("before", data.Keys);
    }

    [Theory]
    [InlineData(null, null, null, "02:00:00:00:00:01 has 192.0.2.50")]
    [InlineData(1024, 1151, null, "02:00:00:00:00:01 has 192.0.2.50 ports 1024-1151")]
    [InlineData(600, 600, 17, "02:00:00:00:00:01 has 192.0.2.50 port 600")]
    public void Mapping_IsASentenceAndFields(int? first, int? last, int? protocol, string sentence)
    {
        var message = SyslogMessage.Parse(Encode(new ExportRecord(s_time, ExportRecord.Mapping)
        {
            Number = 1,
            Kind = ExportRecord.Begin,
            Mac = "02:00:00:00:00:01",
            Vlan = 12,
            Address = "10.1.2.3",
            Outside = "192.0.2.50",
            FirstPort = (ushort?)first,
            LastPort = (ushort?)last,
            Protocol = (byte?)protocol,
        }));

        var data = message.Data[SyslogFormat.DataName];
        Assert.Equal((10, 6, "mapping-begin", sentence), (message.Facility, message.Severity, message.Id, message.Sentence));
        Assert.Equal(("12", "10.1.2.3", "192.0.2.50"), (data["vlan"], data["address"], data["outside"]));
        Assert.Equal((first?.ToString(), last?.ToString(), protocol?.ToString()), (data.GetValueOrDefault("firstPort"), data.GetValueOrDefault("lastPort"), data.GetValueOrDefault("protocol")));
    }

    /// <summary>RFC 5424 section 7.3.1: after 2147483647 comes 1.</summary>
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2147483647, "2147483647")]
    [InlineData(2147483648, "1")]
    public void SequenceId_BeginsAgainAtOne(long number, string expected) => Assert.Equal(expected, SyslogMessage.Parse(Encode(s_event with { Number = number })).Data["meta"]["sequenceId"]);

    /// <summary>Whatever a device calls itself: the message is valid, within its bound, and the name can be read from it.</summary>
    [Theory]
    [InlineData(480)]
    [InlineData(SyslogFormat.MostInDatagram)]
    [InlineData(SyslogFormat.MostInStream)]
    public void AnyText_GivesAValidMessage(int most)
    {
        var random = new Random(5424);
        for (var i = 0; i < 3000; i++)
        {
            var (name, text) = (Anything(random, 70), Anything(random, 3000));
            var octets = Encode(s_event with { Number = random.NextInt64(1, long.MaxValue), Actor = name, Subject = Anything(random, 900), Kind = Anything(random, 60), Text = text }, false, most, new SyslogSender(Anything(random, 300), 1));

            Assert.InRange(octets.Length, 1, most);
            var message = SyslogMessage.Parse(octets);
            Assert.DoesNotContain(message.Sentence, char.IsControl);
            if (message.Data[SyslogFormat.DataName].TryGetValue("actor", out var shown))
            {
                Assert.Equal(Innkeeper.Wire.SafeText.OneLine(name), shown);
            }
        }
    }

    private static string Anything(Random random, int longest)
    {
        const string Special = "]\"\\[= \n\r\t\0\u202e\ufeffé€😀";
        var text = new StringBuilder();
        for (var length = random.Next(longest); length > 0; length--)
        {
            text.Append(random.Next(3) switch
            {
                0 => Special[random.Next(Special.Length)],
                1 => (char)random.Next(char.MaxValue + 1),
                _ => (char)random.Next('a', 'z' + 1),
            });
        }

        return text.ToString();
    }
}
