using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Hosting;

/// <summary>Files with secrets that others may read or change are named, with what to do.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private InnkeeperConfig Config(string mode)
    {
        foreach (var name in new[] { "password", "secret", "key" })
        {
            File.WriteAllText(PathOf(name), "x");
            File.SetUnixFileMode(PathOf(name), (UnixFileMode)Convert.ToInt32(mode, 8));
        }

        return new InnkeeperConfig
        {
            Mail = new MailConfig { Host = "mail.example.net", Password = new SecretSource(PathOf("password")) },
            Webhook = new WebhookConfig { Url = new Uri("https://example.net/"), Secret = new SecretSource(PathOf("secret")) },
            Portal = new PortalConfig { Name = "portal.example.net", Certificate = PathOf("certificate"), Key = PathOf("key") },
        };
    }

    private string PathOf(string name) => Path.Combine(_directory.Path, name);

    [Theory]
    [InlineData("600")]
    [InlineData("400")]
    [InlineData("640")]
    public void OwnersOwn_IsNotMentioned(string mode) => Assert.Empty(SecretFiles.Exposed(Config(mode)));

    [Theory]
    [InlineData("644", "every user of this machine may read")]
    [InlineData("666", "every user of this machine may change")]
    [InlineData("660", "its group may change")]
    public void OthersMayReadOrChange_IsSaidOfEach_WithWhatToDo(string mode, string who)
    {
        var exposed = SecretFiles.Exposed(Config(mode)).ToList();

        Assert.Equal(3, exposed.Count);
        Assert.All(exposed, sentence => Assert.Contains(who, sentence, StringComparison.Ordinal));
        Assert.Contains(exposed, sentence => sentence.Contains("[mail] password_file", StringComparison.Ordinal) && sentence.Contains($"chmod o=,g-w {PathOf("password")}", StringComparison.Ordinal));
    }

    [Fact]
    public void FileThatIsNotThere_IsOthersBusiness()
    {
        var config = Config("644");
        File.Delete(PathOf("password"));
        Assert.Equal(2, SecretFiles.Exposed(config).Count());
    }

    [Fact]
    public void NoSecrets_NothingIsSaid() => Assert.Empty(SecretFiles.Exposed(new InnkeeperConfig()));
}
