using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Innkeeper.Policy;
using Innkeeper.Events;
using Innkeeper.Notifications;
using Innkeeper.Tests.Repository;
using MimeKit;

namespace Innkeeper.Tests.Notifications;

/// <summary>What stands in a message, and what a guest cannot put there.</summary>
public sealed class MailComposerTests
{
    private static readonly string[] s_headers = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To", "X-Auto-Response-Suppress"];

    private static MimeMessage Compose(Notification notification) => MailComposer.Compose(notification, NotificationSamples.From, [NotificationSamples.Administrator]);

    /// <summary>The message as it goes over the wire and is read by somebody else.</summary>
    private static (string Wire, MimeMessage Read) Send(Notification notification)
    {
        using var composed = Compose(notification);
        using var stream = new MemoryStream();
        composed.Prepare(EncodingConstraint.SevenBit);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        composed.WriteTo(format, stream);
        return (Encoding.ASCII.GetString(stream.ToArray()), MimeMessage.Load(new MemoryStream(stream.ToArray())));
    }

    private static void AssertIsOneSafeMessage(string? hostName)
    {
        var (wire, read) = Send(NotificationSamples.Arrival(NotificationSamples.Device(hostName: hostName)));
        var header = wire[..wire.IndexOf("\r\n\r\n", StringComparison.Ordinal)];

        Assert.Equal(s_headers, header.Split("\r\n").Where(l => l[0] is not (' ' or '\t')).Select(l => l[..l.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Equal(NotificationSamples.Administrator, Assert.Single(read.To.Mailboxes).Address);
        Assert.Empty(read.Cc);
        Assert.Empty(read.Bcc);
        Assert.Equal("Innkeeper on gate: new device 00:1b:63:00:00:01 (Apple, Inc.) waits for you", read.Subject);
        Assert.Equal(2, Assert.IsType<MultipartAlternative>(read.Body).Count);

        // As many lines and elements as with any other name: it began none of its own.
        var plain = Send(NotificationSamples.Arrival(NotificationSamples.Device())).Read;
        Assert.Equal(plain.TextBody!.Count(c => c == '\n'), read.TextBody!.Count(c => c == '\n'));
        Assert.Equal(plain.HtmlBody!.Count(c => c == '<'), read.HtmlBody!.Count(c => c == '<'));
        Assert.Equal(plain.HtmlBody!.Count(c => c == '>'), read.HtmlBody!.Count(c => c == '>'));
        Assert.DoesNotContain(read.TextBody + read.HtmlBody, c => char.IsControl(c) && c is not ('\n' or '\r') || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069');
    }

    [Property(MaxTest = 300)]
    public void HostName_OfAnyText_GivesOneMessageWithoutMoreHeaders(NonEmptyString name) => AssertIsOneSafeMessage(name.Get);

    [Fact]
    public void Link_ToTheConsole_IsAButtonAndALine_AndNothingWithoutOne()
    {
        const string Url = "https://gateway.example.com:7080/#/devices/00:1b:63:00:00:01";
        var arrival = NotificationSamples.Arrival(NotificationSamples.Device());
        var with = Send(arrival with { Url = Url }).Read;

        Assert.Contains($"<a href=\"{Url}\"", with.HtmlBody, StringComparison.Ordinal);
        Assert.Contains($"\n  {Url}", with.TextBody!.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<a ", Send(arrival).Read.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("console", Send(arrival).Read.TextBody, StringComparison.Ordinal);
    }

    public static TheoryData<string> Injections =>
    [
        "a\r\nBcc: victim@example.com", "a\nTo: x@y", "a\r\n\r\nbody", "a\r\n.\r\nMAIL FROM:<x>", "\0", "\u202egnp.exe", "<script>alert(1)</script>", "<img src=http://evil.example/x>",
        "\" onmouseover=\"x", "'; DROP TABLE devices; --", "=?utf-8?Q?a?=", "\ud800", "\U000E0041\U000E0042", "\u2028line", new string('x', 10_000), string.Concat(Enumerable.Repeat("\ud83d\ude00", 100)),
    ];

    [Theory]
    [MemberData(nameof(Injections))]
    public void HostName_ThatIsAnAttack_IsHarmless(string name) => AssertIsOneSafeMessage(name);

    [Fact]
    public void HostName_OfTheNaughtyStrings_IsHarmless()
    {
        var file = Path.GetFullPath(Path.Combine(Checkout.Root, "..", "shared", "corpora", "blns", "blns.json"));
        Assert.SkipUnless(File.Exists(file), "No strings: ../shared/corpora/blns is not there.");
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var names = document.RootElement.EnumerateArray().Select(e => e.GetString()!).Where(n => n.Length > 0).ToList();

        Assert.True(names.Count > 400, $"only {names.Count} strings");
        Assert.All(names, AssertIsOneSafeMessage);
    }

    [Fact]
    public void HostName_LongerThanALabel_IsCut()
    {
        var text = Compose(NotificationSamples.Arrival(NotificationSamples.Device(hostName: new string('n', 64)))).TextBody;

        Assert.Contains($"\"{new string('n', 63)}...\"", text);
    }

    [Fact]
    public void Arrival_WithAllKnown_SaysItInBothParts()
    {
        var message = Send(NotificationSamples.Arrival(NotificationSamples.Device())).Read;

        foreach (var body in new[] { message.TextBody, message.HtmlBody })
        {
            Assert.All(
                [
                    "00:1b:63:00:00:01", "Apple, Inc.", "laptop", "10", "2026-11-25 12:00:00Z", "47.31.128.195", "47.31.128.1", "9.9.9.9", "set by hand", "137.118.199.51, its own", "held (profile default)",
                    "137.118.199.50-137.118.199.99", "255.255.255.0", "137.118.199.1", "innkeeper devices approve 00:1b:63:00:00:01", "innkeeper devices block 00:1b:63:00:00:01",
                ],
                part => Assert.Contains(part, body));
            Assert.DoesNotContain("http", body);
            Assert.DoesNotContain("<img", body);
        }

        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Equal(NotificationSamples.Noon, message.Date);
        Assert.Equal("0123456789abcdef0123456789abcdef@example.net", message.MessageId);
    }

    [Fact]
    public void Arrival_WithNothingKnown_SaysThatToo()
    {
        var message = Send(NotificationSamples.Arrival(NotificationSamples.Randomised(1))).Read;

        Assert.Contains("randomized address", message.Subject);
        Assert.All(["untagged", "not sent", "none seen", "none asked", "unknown", "none yet", "as phones do for privacy"], part => Assert.Contains(part, message.TextBody));
    }

    [Theory]
    [InlineData(AdmissionState.New, "waits for you", true, true)]
    [InlineData(AdmissionState.Held, "waits for you", true, true)]
    [InlineData(AdmissionState.Admitted, "is admitted", false, true)]
    [InlineData(AdmissionState.Blocked, "is blocked", true, false)]
    public void Arrival_OfEachState_SaysWhatCanBeDone(object state, string ending, bool approve, bool block)
    {
        using var message = Compose(NotificationSamples.Arrival(NotificationSamples.Device(state: (AdmissionState)state)));

        Assert.EndsWith(ending, message.Subject);
        Assert.Equal((approve, block), (message.TextBody!.Contains("devices approve", StringComparison.Ordinal), message.TextBody!.Contains("devices block", StringComparison.Ordinal)));
    }

    [Fact]
    public void Digest_OfMany_StatesTheNumbers_AndNamesNoMadeUpAddress()
    {
        var digest = new Digest(NotificationSamples.Noon, NotificationSamples.Noon.AddMinutes(15)) { ToldSingly = 5 };
        for (uint i = 0; i < 9_995; i++)
        {
            digest = digest.With(i % 5 == 0 ? NotificationSamples.Randomised(i) : NotificationSamples.Device(i));
        }

        digest = digest.With(NotificationSamples.Event(new AddressDefended(default, default), "somebody <b>else</b>\r\nhas it"));
        var message = Send(new Notification("id", NotificationSamples.Noon, "gate", Notification.DigestKind) { Digest = digest }).Read;

        Assert.Equal("Innkeeper on gate: 9995 new devices, 1 events since 12:00Z", message.Subject);
        Assert.All(
            ["9995", "10000 with the 5 that were reported one by one", "1999 of them with a randomized hardware address", "7996 of them wait for you", "7946 more are not named here", "conflict: somebody <b>else</b>  has it"],
            part => Assert.Contains(part, message.TextBody));
        Assert.DoesNotContain("02:00:00:00", message.TextBody);
        Assert.Contains("&lt;b&gt;else&lt;/b&gt;", message.HtmlBody);
        Assert.True(Encoding.UTF8.GetByteCount(message.HtmlBody + message.TextBody) < 64 * 1024);
    }

    [Fact]
    public void Event_SaysItsText()
    {
        var message = Send(new Notification("id", NotificationSamples.Noon, "gate", "pool-low") { Text = "45 of the pool's 50 outside addresses are in use" }).Read;

        Assert.Equal("Innkeeper on gate: outside addresses run low", message.Subject);
        Assert.StartsWith("45 of the pool's 50", message.TextBody);
    }

    [Fact]
    public void Notification_WrittenAndRead_GivesTheSameMessage()
    {
        var notification = NotificationSamples.Arrival(NotificationSamples.Device(hostName: "na\u00efve \ud83d\ude00 \r\n"));

        Assert.Equal(BodiesOf(notification), BodiesOf(Notification.FromJson(notification.ToJson())!));

        static (string?, string?, string?) BodiesOf(Notification notification)
        {
            using var message = Compose(notification);
            return (message.TextBody, message.HtmlBody, message.MessageId);
        }
    }

    /// <summary>A gateway without a pool, router and DNS has none of these to tell of.</summary>
    [Fact]
    public void Notification_OfALanOfWhichNothingIsKnown_IsReadAsItWasWritten()
    {
        var notification = NotificationSamples.Arrival(NotificationSamples.Device() with { Lan = new LanSettings() });

        Assert.Equal(new LanSettings(), Notification.FromJson(notification.ToJson())?.Device?.Lan);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"id\":1}")]
    [InlineData("{\"id\":\"a\",\"time\":\"x\",\"source\":\"a\",\"kind\":\"b\"}")]
    [InlineData("{\"id\":\"a\",\"time\":\"2026-11-25T12:00:00Z\",\"source\":\"a\",\"kind\":\"arrival\",\"device\":{\"time\":\"2026-11-25T12:00:00Z\",\"mac\":\"nonsense\",\"vlan\":0,\"state\":\"held\"}}")]
    [InlineData("{\"id\":\"a\",\"time\":\"2026-11-25T12:00:00Z\",\"source\":\"a\",\"kind\":\"digest\",\"digest\":{\"since\":\"2026-11-25T12:00:00Z\",\"until\":\"2026-11-25T12:00:00Z\",\"devices\":null}}")]
    public void FromJson_OfWhatIsNoNotification_IsNull(string text) => Assert.Null(Notification.FromJson(text));
}
