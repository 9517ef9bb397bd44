using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>[mail] and [webhook].</summary>
public sealed class NotificationDefinitionsTests
{
    private const string Interfaces = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";
    private const string Mail = Interfaces + "[mail]\nserver = \"mail.example.net\"\nfrom = \"innkeeper@example.net\"\nto = [\"admin@example.org\"]\n";
    private const string Webhook = Interfaces + "[webhook]\nurl = \"https://hooks.example.net/x\"\nsecret_file = \"/etc/secret\"\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(text, "f").Errors.Select(e => e.ToString())];

    [Fact]
    public void Mail_WithWhatItNeeds_HasSafeDefaults()
    {
        var mail = ConfigurationFile.Parse(Mail, "f").Config!.Mail;

        Assert.Equal((true, MailTls.StartTls, 587, 5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(72)), (mail.IsOn, mail.Tls, mail.Port, mail.First, mail.Digest, mail.GiveUp));
        Assert.Equal(NotificationConfig.Kinds, mail.Events);
    }

    [Fact]
    public void Nothing_Set_IsNoMail()
    {
        var config = ConfigurationFile.Parse(Interfaces, "f").Config!;

        Assert.False(config.Mail.IsOn);
        Assert.Null(config.Webhook.Url);
    }

    [Theory]
    [InlineData("server = \"mail.example.net:25\"", "mail.example.net", 25)]
    [InlineData("server = \"192.0.2.1:2525\"", "192.0.2.1", 2525)]
    [InlineData("server = \"[2001:db8::1]:465\"", "2001:db8::1", 465)]
    [InlineData("server = \"localhost\"\ntls = \"none\"", "localhost", 25)]
    [InlineData("server = \"localhost\"\ntls = \"implicit\"", "localhost", 465)]
    public void Server_OfEachForm_IsHostAndPort(string line, string host, int port)
    {
        var mail = ConfigurationFile.Parse(Mail.Replace("server = \"mail.example.net\"", line, StringComparison.Ordinal), "f").Config!.Mail;

        Assert.Equal((host, port), (mail.Host, mail.Port));
    }

    [Theory]
    [InlineData("server = \"mail.example.net:0\"")]
    [InlineData("server = \"mail.example.net:65536\"")]
    [InlineData("server = \"mail.example.net:smtp\"")]
    [InlineData("server = \"smtp://mail.example.net\"")]
    [InlineData("server = \"a b\"")]
    [InlineData("server = \"\"")]
    [InlineData("server = \"[192.0.2.1]:25\"")]
    [InlineData("from = \"Innkeeper <i@example.net>\"")]
    [InlineData("from = \"no address\"")]
    [InlineData("from = \"a@b\\r\\nBcc: c@d\"")]
    [InlineData("from = \"a@@b\"")]
    [InlineData("from = \".a@b\"")]
    [InlineData("from = \"a@-b\"")]
    [InlineData("to = []")]
    [InlineData("to = \"admin@example.org\"")]
    [InlineData("to = [\"admin\"]")]
    [InlineData("to = [1]")]
    [InlineData("tls = \"ssl\"")]
    [InlineData("first = 101")]
    [InlineData("first = -1")]
    [InlineData("digest = \"59s\"")]
    [InlineData("give_up = \"31d\"")]
    [InlineData("events = []")]
    [InlineData("events = [\"everything\"]")]
    [InlineData("password_file = \"password\"")]
    [InlineData("password_env = \"A B\"")]
    [InlineData("password = \"secret\"")]
    public void Mail_WithAWrongValue_IsRefusedAtItsKey(string line)
    {
        var key = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        var text = string.Join('\n', Mail.Split('\n').Where(l => !l.StartsWith(key + " ", StringComparison.Ordinal)).Append(line));

        Assert.Contains(Errors(text), e => e.Contains($": mail.{key}: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Interfaces + "[mail]\nfrom = \"a@example.net\"\n", "f:3:1: mail.server: is missing, so that no mail would be sent; give a host with its port, such as \"mail.example.net:587\"")]
    [InlineData(Interfaces + "[mail]\nserver = \"m\"\nto = [\"a@b\"]\n", "f:3:1: mail.from: is missing; give the address that messages come from, such as \"innkeeper@example.net\"")]
    [InlineData(Interfaces + "[mail]\nserver = \"m\"\nfrom = \"a@b\"\n", "f:3:1: mail.to: is missing; give the administrators' addresses, such as [\"admin@example.net\"]")]
    [InlineData(Mail + "user = \"me\"\n", "f:7:1: mail.user: has no password; give password_file or password_env")]
    [InlineData(Mail + "password_env = \"P\"\n", "f:3:1: mail.user: is missing beside the password; give it, or leave the password out")]
    [InlineData(Mail + "user = \"me\"\npassword_env = \"P\"\ntls = \"none\"\n", "f:9:1: mail.tls: \"none\" would send the password unencrypted; set \"starttls\" or \"implicit\", or leave user out")]
    [InlineData(Mail + "ca_file = \"/ca\"\ntls = \"none\"\n", "f:7:1: mail.ca_file: has no effect, because tls = \"none\" checks no certificate; change one of them")]
    [InlineData(Mail + "events = [\"arrivals\"]\n", "f:7:11: mail.events: \"arrivals\" is no kind of event; did you mean \"arrival\"?")]
    [InlineData(Interfaces + "[webhook]\nurl = \"https://h/\"\n", "f:3:1: webhook.secret_file: is missing, and every message is signed with it; give it or secret_env")]
    [InlineData(Interfaces + "[webhook]\nsecret_env = \"S\"\n", "f:3:1: webhook.url: is missing, so that nothing would be sent; give an address such as \"https://hooks.example.net/innkeeper\"")]
    public void Settings_ThatDoNotFit_SayWhatWouldBeRight(string text, string expected) => Assert.Equal(expected, Assert.Single(Errors(text)));

    [Fact]
    public void Password_InTheClearToThisHost_IsTaken() =>
        Assert.Empty(Errors(Mail.Replace("mail.example.net", "127.0.0.1:25", StringComparison.Ordinal) + "user = \"me\"\npassword_env = \"P\"\ntls = \"none\"\n"));

    [Theory]
    [InlineData("ftp://hooks.example.net/")]
    [InlineData("/hook")]
    [InlineData("hooks.example.net")]
    [InlineData("https://me:secret@hooks.example.net/")]
    [InlineData("https://hooks.example.net/#x")]
    public void Webhook_WithNoUsableAddress_IsRefused(string url) =>
        Assert.StartsWith("f:4:1: webhook.url: ", Assert.Single(Errors(Webhook.Replace("https://hooks.example.net/x", url, StringComparison.Ordinal))), StringComparison.Ordinal);

    [Fact]
    public void Webhook_WithItsSecret_IsTaken() => Assert.Empty(Errors(Webhook));
}
