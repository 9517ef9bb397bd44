using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

public sealed class ExportDefinitionsTests
{
    private const string Needed = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\npool.addresses = [\"192.0.2.50\"]\n";

    private static ConfigurationResult Parse(string exports) => ConfigurationFile.Parse(Needed + exports, "f");

    private static string Error(string exports) => Assert.Single(Parse(exports).Errors).ToString();

    [Theory]
    [InlineData("udp://logs.example.net", nameof(ExportWay.Udp), "logs.example.net", 514)]
    [InlineData("tcp://192.0.2.7:1514", nameof(ExportWay.Tcp), "192.0.2.7", 1514)]
    [InlineData("tls://logs.example.net", nameof(ExportWay.Tls), "logs.example.net", 6514)]
    [InlineData("ipfix+udp://[2001:db8::7]", nameof(ExportWay.IpfixUdp), "2001:db8::7", 4739)]
    [InlineData("ipfix+tcp://[2001:db8::7]:9995", nameof(ExportWay.IpfixTcp), "2001:db8::7", 9995)]
    public void Target_HasAWayAHostAndAPort(string text, string way, string host, int port)
    {
        var export = Assert.Single(Parse($"[[exports]]\nname = \"siem\"\nto = \"{text}\"\n").Config!.Exports);

        Assert.Equal((way, host, port), (export.To!.Way.ToString(), export.To.Host, export.To.Port));
        Assert.Equal(export.To, ExportTarget.Parse(export.To.ToString()));
    }

    [Fact]
    public void File_IsAPath_WithDefaults()
    {
        var export = Assert.Single(Parse("[[exports]]\nname = \"file\"\nto = \"/var/log/innkeeper/all.jsonl\"\n").Config!.Exports);

        Assert.Equal(("/var/log/innkeeper/all.jsonl", 64L << 20, TimeSpan.FromDays(30)), (export.To!.Path, export.Spool, export.Keep));
        Assert.Equal([ExportContent.Events, ExportContent.Audit, ExportContent.Mappings], export.Contents);
    }

    [Fact]
    public void Ipfix_HasTheMappings() => Assert.Equal([ExportContent.Mappings], Assert.Single(Parse("[[exports]]\nname = \"flow\"\nto = \"ipfix+udp://192.0.2.7\"\n").Config!.Exports).Contents);

    [Fact]
    public void Several_AreInTheOrderOfTheFile_BesideRules()
    {
        var config = Parse("""
            [[rules]]
            profile = "default"
            vlan = 0
            [[exports]]
            name = "a"
            to = "udp://192.0.2.7"
            spool = "1G"
            [[rules]]
            profile = "default"
            uses = "dhcp"
            [[exports]]
            name = "b"
            to = "/b.jsonl"
            what = ["audit"]
            keep = ""
            """).Config!;

        Assert.Equal(["a", "b"], config.Exports.Select(e => e.Name));
        Assert.Equal((1L << 30, TimeSpan.Zero, 2), (config.Exports[0].Spool, config.Exports[1].Keep, config.Rules.Length));
        Assert.Equal([ExportContent.Audit], config.Exports[1].Contents);
    }

    /// <summary>Each error with its line and column, and with what would be right.</summary>
    [Theory]
    [InlineData("[[exports]]\nto = \"udp://h\"\n", "f:4:1: exports[1].name: is missing; give the export a name")]
    [InlineData("[[exports]]\nname = \"a\"\n", "f:4:1: exports[1].to: is missing; give a place such as \"udp://logs.example.net:514\"")]
    [InlineData("[[exports]]\nname = \"A\"\nto = \"udp://h\"\n", "f:5:1: exports[1].name: \"A\" is not valid; give up to 32 lower-case letters")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"http://h\"\n", "f:6:1: exports[1].to: \"http://h\" has a way that does not exist; there are udp://, tcp://, tls://, ipfix+udp://, ipfix+tcp:// and a file's full path")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h:0\"\n", "f:6:1: exports[1].to: \"udp://h:0\" is not valid; give a place")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\nwhat = [\"event\"]\n", "f:7:9: exports[1].what: \"event\" is not valid; give \"events\", \"audit\" or \"mappings\"")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\nwhat = [\"audit\", \"audit\"]\n", "f:7:18: exports[1].what: \"audit\" is there twice; keep one")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\nwhat = []\n", "f:7:1: exports[1].what: [] is not valid; give a list")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\nspool = \"64\"\n", "f:7:1: exports[1].spool: \"64\" is not valid; give a size from \"1M\" to \"4G\", such as \"64M\"")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\nspol = \"64M\"\n", "f:7:1: exports[1].spol: there is no such key; did you mean exports[1].spool?")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"tcp://h\"\nca_file = \"/ca.pem\"\n", "f:7:1: exports[1].ca_file: has no effect with tcp://h:514: only tls:// checks a certificate; leave it out")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"ipfix+udp://h\"\nwhat = [\"events\", \"mappings\"]\n", "f:7:1: exports[1].what: IPFIX carries mappings only (RFC 8158)")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"udp://h\"\n[[exports]]\nname = \"a\"\nto = \"udp://i\"\n", "f:8:1: exports[2].name: \"a\" is the name of an export above")]
    [InlineData("[[exports]]\nname = \"a\"\nto = \"/x\"\n[[exports]]\nname = \"b\"\nto = \"/x\"\n", "f:9:1: exports[2].to: /x is the file of an export above")]
    [InlineData("[exports]\nname = \"a\"\n", "f:4:1: exports: is a list of tables; write [[exports]]")]
    [InlineData("exports = [1]\n", "f:4:12: exports[1]: 1 is not valid; give a table, such as { name = \"siem\", to = \"udp://192.0.2.7\" }")]
    public void Mistake_IsNamedWithItsPlace(string text, string error) => Assert.StartsWith(error, Error(text), StringComparison.Ordinal);

    [Fact]
    public void NinthExport_IsOneTooMany() =>
        Assert.Contains("exports[9]: is one too many: up to 8 exports are possible", Error(string.Concat(Enumerable.Range(1, 9).Select(i => $"[[exports]]\nname = \"e{i}\"\nto = \"udp://h\"\n"))), StringComparison.Ordinal);

    [Fact]
    public void CaFile_IsAFileThatBackupsOfSecretsHave()
    {
        var config = Parse("[[exports]]\nname = \"a\"\nto = \"/x\"\n[[exports]]\nname = \"b\"\nto = \"tls://h\"\nca_file = \"/ca.pem\"\n").Config!;
        var file = Assert.Single(NamedFiles.Of(config));

        Assert.Equal(("exports[2].ca_file", "/ca.pem", false), (file.Key, file.Path, file.IsSecret));
        Assert.Contains(file.Key, NamedFiles.Keys);
    }
}
