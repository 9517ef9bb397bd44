using System.Text.Json;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Harness;

/// <summary>A syslog message as rsyslog took it apart.</summary>
/// <param name="Way">"tcp", "tls" or "udp".</param>
internal sealed record TakenMessage(string Way, int Facility, int Severity, string Application, string Id, string Data, string Text)
{
    public int Sequence => int.Parse(ValueOf("sequenceId"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>"" when it has no such parameter.</summary>
    public string ValueOf(string parameter)
    {
        var start = Data.IndexOf($" {parameter}=\"", StringComparison.Ordinal);
        return start < 0 ? "" : Data[(start + parameter.Length + 3)..Data.IndexOf('"', start + parameter.Length + 3)];
    }
}

/// <summary>Debian's rsyslogd and nfcapd in a namespace: syslog by UDP, TCP and TLS into a file, IPFIX by UDP into nfdump's files.</summary>
internal sealed class Collectors : IDisposable
{
    public const int SyslogPort = 5514;
    public const int TlsPort = 6514;
    public const int IpfixPort = 4739;

    private readonly string _directory = Directory.CreateTempSubdirectory("ikcol").FullName;
    private readonly Testbed _testbed;
    private readonly string _namespace;
    private readonly string _address;
    private BackgroundProcess? _syslog;
    private BackgroundProcess? _flows;

    /// <param name="address">Where they are reached, for the certificate.</param>
    public Collectors(Testbed testbed, string ns, string address)
    {
        (_testbed, _namespace, _address) = (testbed, ns, address);
        Directory.CreateDirectory(FlowFolder);
        Command.Run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=logs.example",
            "-addext", $"subjectAltName=IP:{address}", "-keyout", Path.Combine(_directory, "key.pem"), "-out", Certificate).AssertOk();
        File.WriteAllText(Path.Combine(_directory, "rsyslog.conf"), $$"""
            global(workDirectory="{{_directory}}" defaultNetstreamDriverCAFile="{{Certificate}}" defaultNetstreamDriverCertFile="{{Certificate}}" defaultNetstreamDriverKeyFile="{{_directory}}/key.pem")
            module(load="imudp")
            module(load="imtcp")
            input(type="imudp" port="{{SyslogPort}}" name="udp")
            input(type="imtcp" port="{{SyslogPort}}" name="tcp")
            input(type="imtcp" port="{{TlsPort}}" name="tls" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
            template(name="all" type="string" string="%inputname%\t%syslogfacility%\t%syslogseverity%\t%app-name%\t%msgid%\t%structured-data%\t%msg%\n")
            action(type="omfile" file="{{MessageFile}}" template="all")

            """);
    }

    public static string? Missing => Requirements.Missing("rsyslogd", "nfcapd", "nfdump", "openssl");

    public string Certificate => Path.Combine(_directory, "cert.pem");

    private string MessageFile => Path.Combine(_directory, "messages");

    private string FlowFolder => Path.Combine(_directory, "flows");

    public IReadOnlyList<TakenMessage> Messages => File.Exists(MessageFile)
        ? [.. File.ReadAllLines(MessageFile).Select(l => l.Split('\t')).Where(f => f.Length == 7).Select(f => new TakenMessage(f[0], Parse(f[1]), Parse(f[2]), f[3], f[4], f[5], f[6]))]
        : [];

    public void StartSyslog() => _syslog = _testbed.StartListener(_namespace, TlsPort, "rsyslogd", "-n", "-f", Path.Combine(_directory, "rsyslog.conf"), "-i", Path.Combine(_directory, "pid"));

    public void StopSyslog() => _syslog?.Stop();

    public void StartFlows()
    {
        _flows = _testbed.Start(_namespace, "nfcapd", "-w", FlowFolder, "-b", _address, "-p", $"{IpfixPort}", "-t", "3600");
        Wait.For("nfcapd listens", () => Testbed.Run(_namespace, "ss", "-Hlnu", "sport", "=", $":{IpfixPort}").Stdout.Length > 0, TimeSpan.FromSeconds(10), _flows.ToString);
    }

    /// <summary>Ends nfcapd, and returns what nfdump reads in its files.</summary>
    public IReadOnlyList<JsonElement> Flows()
    {
        _flows?.Signal(Native.SIGTERM);
        _flows?.WaitForExit(TimeSpan.FromSeconds(10));
        return [.. JsonElement.Parse(Testbed.Run(_namespace, "nfdump", "-R", FlowFolder, "-o", "json").AssertOk().Stdout).EnumerateArray()];
    }

    public override string ToString() => string.Join('\n', Messages);

    public void Dispose()
    {
        StopSyslog();
        _flows?.Stop();
        Directory.Delete(_directory, recursive: true);
    }

    private static int Parse(string number) => int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}
