using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Configuration;

/// <summary>What a file on disk may be: absent, a folder, huge, binary, damaged.</summary>
public sealed class ConfigurationLoadTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;

    private string FilePath => Path.Combine(_directory, "innkeeper.toml");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static byte[] Example() => File.ReadAllBytes(Path.Combine(Checkout.Root, "innkeeper.toml"));

    private string[] Load(byte[] octets)
    {
        File.WriteAllBytes(FilePath, octets);
        return [.. ConfigurationFile.Load(FilePath).Errors.Select(e => e.ToString())];
    }

    [Fact]
    public void Load_Example_HasNoErrors() => Assert.Empty(Load(Example()));

    [Fact]
    public void Example_AsItComes_NamesEveryKeyUnderItsTable()
    {
        var named = new HashSet<string>();
        var table = "";
        foreach (var line in Encoding.UTF8.GetString(Example()).Split('\n').Select(l => l.TrimStart('#', ' ')))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                table = line[1..^1];
            }
            else if (line.IndexOf(" = ", StringComparison.Ordinal) is > 0 and var end)
            {
                named.Add($"{table}.{line[..end]}");
            }
        }

        Assert.Equal([], SettingDefinitions.All.Select(k => k.Name).Except(named));
        Assert.Equal([], RepeatedTable.Gateways.Keys.Select(k => $"gateways.guest-line.{k}").Except(named));
        Assert.Equal([], RepeatedTable.Rules.Keys.Select(k => $"[rules].{k}").Except(named));
        Assert.Equal([], RepeatedTable.Machines.Keys.Select(k => $"[machines].{k}").Except(named));
        Assert.Equal([], RepeatedTable.Forwards.Keys.Select(k => $"[forwards].{k}").Except(named));
        Assert.Equal([], RepeatedTable.Exports.Keys.Select(k => $"[exports].{k}").Except(named));
    }

    [Fact]
    public void Load_ThousandFilesWithDamagedOctets_NeverThrows()
    {
        var random = new Random(20);
        var good = Example();
        for (var i = 0; i < 1000; i++)
        {
            var octets = good.ToArray();
            for (var flips = random.Next(1, 8); flips > 0; flips--)
            {
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(FilePath, octets);
            var result = ConfigurationFile.Load(FilePath);
            Assert.Equal(result.Config is null, result.Errors.Length > 0);
            Assert.All(result.Errors, e => Assert.DoesNotContain(e.ToString(), char.IsControl));
        }
    }

    [Fact]
    public void Load_ExampleCutAnywhere_NeverThrows()
    {
        var good = Encoding.UTF8.GetString(Example());
        for (var length = 0; length < good.Length; length++)
        {
            var result = ConfigurationFile.Parse(good[..length], "f");
            Assert.Equal(result.Config is null, result.Errors.Length > 0);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x7f, 0x45, 0x4c, 0x46, 0, 0 })]
    [InlineData(new byte[] { 0x61, 0xff, 0xfe, 0x62 })]
    public void Load_BinaryFile_SaysSo(byte[] octets) =>
        Assert.Equal([$"{FilePath}: file: is not UTF-8 text; this is no configuration file"], Load(octets));

    [Fact]
    public void Load_HugeFile_IsNotRead()
    {
        using (var file = File.Create(FilePath))
        {
            file.SetLength((1024 * 1024) + 1);
        }

        Assert.Equal(
            $"{FilePath}: file: is larger than 1048576 octets; this is no configuration file", Assert.Single(ConfigurationFile.Load(FilePath).Errors).ToString());
    }

    [Fact]
    public void Load_Folder_IsAnErrorAndNoException() => Assert.Equal("file", Assert.Single(ConfigurationFile.Load(_directory).Errors).Key);

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    public void Load_PathThatIsNone_IsAnErrorAndNoException(string path) => Assert.Equal("file", Assert.Single(ConfigurationFile.Load(path).Errors).Key);

    [Theory]
    [InlineData("[access\ninterface = \"eth1\"\n", 1)]
    [InlineData("[access]\n  interface = \"eth1\n", 2)]
    public void Parse_SyntaxError_NamesItsLine(string text, int line)
    {
        var errors = ConfigurationFile.Parse(text, "f").Errors;
        Assert.Equal(line, errors[0].Line);
        Assert.True(errors[0].Column >= 1);
        Assert.Equal(errors.Length, errors.Select(e => e.Line).Distinct().Count());
    }

    [Theory]
    [InlineData("[access]\n  colour = 1\n", "f:2:3: access.colour: there is no such key; innkeeper.toml, which comes with Innkeeper, names them all")]
    [InlineData("pool.idel = \"5m\"\n", "f:1:1: pool.idel: there is no such key; did you mean pool.idle?")]
    [InlineData("pool = { idle = \"9s\" }\n", "f:1:10: pool.idle: \"9s\" is not valid; give a time from \"10s\" to \"30d\", such as \"30m\" or \"12h\"")]
    [InlineData("[uplink]\nmac = \"01:00:5e:00:00:01\"\n", "f:2:1: uplink.mac: \"01:00:5e:00:00:01\" is not valid; give a MAC address such as \"02:00:00:00:00:01\"")]
    [InlineData("[uplink]\nmtu = 575\n", "f:2:1: uplink.mtu: 575 is not valid; give a number from 576 to 65535")]
    [InlineData("[inside]\nnetwork = \"100.64.0.1/10\"\n", "f:2:1: inside.network: \"100.64.0.1/10\" is not valid; give a network from /8 to /16 such as \"247.64.0.0/10\"")]
    [InlineData("[state]\ndirectory = \"relative\"\n", "f:2:1: state.directory: \"relative\" is not valid; give a full path such as \"/var/lib/innkeeper\"")]
    public void Parse_Mistake_SaysExactlyThis(string text, string expected) =>
        Assert.Contains(expected, ConfigurationFile.Parse(text, "f").Errors.Select(e => e.ToString()));
}
