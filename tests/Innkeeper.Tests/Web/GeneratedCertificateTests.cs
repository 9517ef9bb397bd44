using System.Net;
using Innkeeper.Certificates;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;
using Innkeeper.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Web;

/// <summary>When the gateway makes itself another certificate.</summary>
public sealed class GeneratedCertificateTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private static readonly HashSet<string> s_names = ["localhost", "gw", "127.0.0.1"];

    private readonly TemporaryDirectory _directory = new();
    private readonly ManualClock _clock = new(s_start);

    public void Dispose() => _directory.Dispose();

    private CertificateFiles Ensure(string? host = null, params IPAddress[] addresses) => GeneratedCertificate.Ensure(_directory.Path, addresses, host, _clock, NullLogger.Instance)!;

    private static string Thumbprint(CertificateFiles files) => files.Current().TargetCertificate.Thumbprint;

    [Theory]
    [InlineData(31, true)]
    [InlineData(30, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    public void Certificate_SufficesUntilAMonthBeforeItsEnd(int days, bool expected) => Assert.Equal(expected, new CertificateScope(s_start.AddDays(days), s_names).Suffices(s_names, s_start));

    [Fact]
    public void Certificate_WithMoreNamesThanAreWanted_Suffices_AndWithFewerDoesNot()
    {
        var scope = new CertificateScope(s_start.AddDays(800), s_names);

        Assert.True(scope.Suffices(new HashSet<string> { "gw" }, s_start));
        Assert.False(scope.Suffices(new HashSet<string> { "gw", "gateway.example.com" }, s_start));
    }

    [Fact]
    public void Names_AreThoseByWhichPeopleOpenTheConsole()
    {
        Assert.Equal(
            ["127.0.0.1", "192.0.2.1", "2001:db8::1", "gateway.example.com", "gw", "localhost"],
            CertificateScope.Wanted("GW", [IPAddress.Any, IPAddress.IPv6Any, IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], "Gateway.example.com").Order(StringComparer.Ordinal));
        Assert.Equal(["127.0.0.1", "192.0.2.9", "localhost"], CertificateScope.Wanted("a name_with/others", [], "192.0.2.9").Order(StringComparer.Ordinal));
        Assert.Equal(["127.0.0.1", "2001:db8::9", "localhost"], CertificateScope.Wanted("", [], "[2001:db8::9]").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Scope_OfTheCertificateThatIsMade_HasTheNamesThatAreWanted()
    {
        var made = Ensure("gateway.example.com", IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")).Current().TargetCertificate;
        var scope = CertificateScope.Of(made);

        Assert.Equal(
            CertificateScope.Wanted(Environment.MachineName, [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")], "gateway.example.com").Order(StringComparer.Ordinal), scope.Names.Order(StringComparer.Ordinal));
        Assert.Equal(s_start.AddDays(825), scope.Until);
    }

    /// <summary>A reload with another [web] listen or url is a start.</summary>
    [Fact]
    public void Start_WithAnotherNameOrAddress_MakesAnother_AndWithFewerKeepsIt()
    {
        var first = Thumbprint(Ensure());
        Assert.Equal(first, Thumbprint(Ensure()));

        var named = Thumbprint(Ensure("gateway.example.com"));
        Assert.NotEqual(first, named);
        var addressed = Thumbprint(Ensure("gateway.example.com", IPAddress.Parse("192.0.2.1")));
        Assert.NotEqual(named, addressed);
        Assert.Equal(addressed, Thumbprint(Ensure()));
    }

    [Fact]
    public void Certificate_ThatEndsSoon_IsReplaced_WhileTheConsoleServes()
    {
        var files = Ensure();
        var first = Thumbprint(files);
        _clock.Now = s_start.AddDays(825 - 31);
        Assert.Equal(first, Thumbprint(files));

        _clock.Now = s_start.AddDays(825 - 30);
        var second = files.Current().TargetCertificate;
        Assert.NotEqual(first, second.Thumbprint);
        Assert.Equal(_clock.Now.AddDays(825).UtcDateTime, second.NotAfter.ToUniversalTime());
        Assert.Equal(second.Thumbprint, Thumbprint(Ensure()));
    }

    [Fact]
    public void Certificate_WhoseFilesAreGoneOrDamaged_IsMadeAnew_AtTheStart()
    {
        var first = Thumbprint(Ensure());
        File.WriteAllText(Path.Combine(_directory.Path, "web.key"), "no key");
        var second = Thumbprint(Ensure());
        Assert.NotEqual(first, second);

        File.Delete(Path.Combine(_directory.Path, "web.pem"));
        Assert.NotEqual(second, Thumbprint(Ensure()));
    }

    [Fact]
    public void Certificate_ThatCannotBeReplaced_ServesOn()
    {
        var files = Ensure();
        var first = Thumbprint(files);
        Directory.CreateDirectory(Path.Combine(_directory.Path, "web.key.new", "in the way"));
        _clock.Now = s_start.AddDays(825 + 1);

        Assert.Equal(first, Thumbprint(files));
        Assert.Equal(first, Thumbprint(Ensure("gateway.example.com")));
    }
}
