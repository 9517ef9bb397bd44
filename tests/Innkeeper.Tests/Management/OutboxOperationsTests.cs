using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Notifications;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Notifications;
using Microsoft.Extensions.Logging.Abstractions;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>The messages to the administrator, and the test of the mail server.</summary>
public sealed class OutboxOperationsTests
{
    private readonly ManualClock _clock = new(Start);
    private readonly ManagementFixture _gateway = new();
    private readonly Outbox _outbox = new(OutboxChannel.Mail, [], _ => { });
    private readonly OutboxOperations _operations;

    public OutboxOperationsTests() => _operations = Operations(new MailConfig());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static MailConfig MailBy(ScriptedSmtpServer server) =>
        new() { Host = "127.0.0.1", GivenPort = server.Port, Tls = MailTls.None, From = NotificationSamples.From, To = [NotificationSamples.Administrator] };

    private OutboxOperations Operations(MailConfig mail)
    {
        var sender = new Sender("mail", _outbox, new SmtpTransport(mail), SenderSettings.With(TimeSpan.FromHours(72)), _clock, _ => { }, NullLogger.Instance);
        return new OutboxOperations([new NotificationChannel(OutboxChannel.Mail, [], new NotificationThrottle(5, TimeSpan.FromMinutes(15), null), _outbox, sender, _ => { })], mail, _gateway, _clock);
    }

    private void Add(uint number, DateTimeOffset time) => _outbox.TryAdd(NotificationSamples.Arrival(NotificationSamples.Device(number)) with { Id = $"{number}" }, time);

    private void Settle(DeliveryResult result, string answer) =>
        _outbox.Resolve(_outbox.Next(Start, out _)!, new Delivery(result, answer), Start, TimeSpan.FromMinutes(1), TimeSpan.FromHours(72));

    [Fact]
    public void List_HasTheNewestFirst_WithWhatBecameOfThem()
    {
        Add(1, Start.AddMinutes(-2));
        Settle(DeliveryResult.Refused, "550 no such user");
        Add(2, Start.AddMinutes(-1));

        var messages = _operations.List(Admin).Value!.Messages;

        Assert.Equal(["mail-2", "mail-1"], messages.Select(m => m.Id));
        Assert.Equal(("mail", "arrival", "waiting", 0, Start.AddMinutes(-1), null), (messages[0].Channel, messages[0].Kind, messages[0].State, messages[0].Attempts, messages[0].NextTry, messages[0].Answer));
        Assert.Equal(("dead", 1, null, "550 no such user"), (messages[1].State, messages[1].Attempts, messages[1].NextTry, messages[1].Answer));
        Assert.StartsWith("Innkeeper on ", messages[0].Subject);
    }

    [Fact]
    public void Retry_OfADeadMessage_MakesItWait()
    {
        Add(1, Start);
        Settle(DeliveryResult.Refused, "550 no");

        Assert.Equal(new MessageChange("mail-1", "mail-1 would be sent at once", DryRun: true), _operations.Retry(Admin, "mail-1", new WriteOptions(IsDryRun: true)).Value);
        Assert.Equal("dead", _operations.List(Admin).Value!.Messages[0].State);

        Assert.Equal(new MessageChange("mail-1", "mail-1 is sent at once"), _operations.Retry(Admin, "mail-1", WriteOptions.Now).Value);
        Assert.Equal("waiting", _operations.List(Admin).Value!.Messages[0].State);
    }

    [Fact]
    public void Retry_OfASentMessage_IsAConflict()
    {
        Add(1, Start);
        Settle(DeliveryResult.Taken, "250 ok");

        Assert.Equal("mail-1 was sent already", Assert.IsType<Conflict>(_operations.Retry(Admin, "mail-1", WriteOptions.Now).Failure).Message);
    }

    [Fact]
    public void Delete_TakesItAway()
    {
        Add(1, Start);

        Assert.True(_operations.Delete(Admin, "mail-1", new WriteOptions(IsDryRun: true)).Value!.DryRun);
        Assert.Single(_operations.List(Admin).Value!.Messages);
        Assert.Equal("mail-1 is deleted", _operations.Delete(Admin, "mail-1", WriteOptions.Now).Value!.Text);
        Assert.Empty(_operations.List(Admin).Value!.Messages);
        Assert.Equal([new AuditEntry(Admin, "outbox-delete", "mail-1", "mail-1 is deleted")], _gateway.Trail);
    }

    [Theory]
    [InlineData("mail-2")]
    [InlineData("webhook-1")]
    [InlineData("1")]
    [InlineData("")]
    public void Message_ThatIsNone_IsNotFound(string id)
    {
        Add(1, Start);

        Assert.IsType<NotFound>(_operations.Retry(Admin, id, WriteOptions.Now).Failure);
        Assert.IsType<NotFound>(_operations.Delete(Admin, id, WriteOptions.Now).Failure);
    }

    [Fact]
    public async Task Operations_AreForAdministrators()
    {
        Assert.IsType<Forbidden>(_operations.List(Operator).Failure);
        Assert.IsType<Forbidden>(_operations.Retry(Operator, "mail-1", WriteOptions.Now).Failure);
        Assert.IsType<Forbidden>(_operations.Delete(Operator, "mail-1", WriteOptions.Now).Failure);
        Assert.IsType<Forbidden>((await _operations.TestMailAsync(Operator, new MailTestRequest(), Stop)).Failure);
    }

    [Fact]
    public async Task TestMail_WithAServer_HasTheConversation()
    {
        using var server = new ScriptedSmtpServer();

        var report = (await Operations(MailBy(server)).TestMailAsync(Admin, new MailTestRequest("desk@example.org"), Stop)).Value!;

        Assert.Equal((true, "taken: queued as 1"), (report.IsTaken, report.Text));
        Assert.Contains("> RCPT TO:<desk@example.org>", report.Transcript);
        Assert.Empty(_outbox.Messages);
    }

    [Fact]
    public async Task TestMail_WithAServerThatRefuses_SaysWhy()
    {
        using var server = new ScriptedSmtpServer((word, _) => word == "RCPT" ? "550 no such user" : null);

        var report = (await Operations(MailBy(server)).TestMailAsync(Admin, new MailTestRequest(), Stop)).Value!;

        Assert.False(report.IsTaken);
        Assert.Contains("no such user", report.Text);
    }

    /// <summary>A server may say as much as it likes; the answer stays small.</summary>
    [Fact]
    public async Task TestMail_WithAServerThatSaysVeryMuch_IsCut()
    {
        using var server = new ScriptedSmtpServer((word, _) => word == "EHLO" ? string.Concat(Enumerable.Range(0, 300).Select(i => $"250-X{i}\r\n")) + "250 OK" : null);

        var report = (await Operations(MailBy(server)).TestMailAsync(Admin, new MailTestRequest(), Stop)).Value!;

        Assert.Equal((200, "(more is not shown)"), (report.Transcript.Count, report.Transcript[^1]));
    }

    [Fact]
    public async Task TestMail_WhileAnotherIsUnderWay_IsUnavailable()
    {
        using var server = new ScriptedSmtpServer((word, _) => word == "GREETING" ? ScriptedSmtpServer.Silence : null);
        var operations = Operations(MailBy(server));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var first = operations.TestMailAsync(Admin, new MailTestRequest(), end.Token).AsTask();

        Assert.StartsWith("another test", Assert.IsType<Unavailable>((await operations.TestMailAsync(Admin, new MailTestRequest(), Stop)).Failure).Message);

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        using var another = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var second = operations.TestMailAsync(Admin, new MailTestRequest(), another.Token).AsTask();
        await another.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task TestMail_WithoutAServerOrWithAWrongRecipient_IsRefused()
    {
        using var server = new ScriptedSmtpServer();

        Assert.StartsWith("there is no mail server", Assert.IsType<Unavailable>((await _operations.TestMailAsync(Admin, new MailTestRequest(), Stop)).Failure).Message);
        Assert.Equal("to", Assert.IsType<Invalid>((await Operations(MailBy(server)).TestMailAsync(Admin, new MailTestRequest("a b"), Stop)).Failure).Field);
    }
}
