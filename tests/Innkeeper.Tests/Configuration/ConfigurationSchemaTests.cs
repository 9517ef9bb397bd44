using System.Text.Json;
using System.Text.Json.Nodes;
using Innkeeper.Configuration;
using Json.Schema;
using Tomlyn;
using Tomlyn.Model;

namespace Innkeeper.Tests.Configuration;

/// <summary>The schema says no to wrong names, types and words, and never to what the reader takes.</summary>
public sealed class ConfigurationSchemaTests
{
    private const string Needed = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";

    private static readonly JsonSchema s_schema = JsonSchema.FromText(ConfigurationSchema.Text());

    /// <summary>Whose schema is exact: the reader takes what it allows.</summary>
    private static readonly string[] s_exactKinds = ["flag", "word", "number", "block", "vlan"];

    private static bool Accepts(string toml) => s_schema.Evaluate(JsonSerializer.SerializeToElement(Convert(TomlSerializer.Deserialize<TomlTable>(toml)))).IsValid;

    private static JsonNode? Convert(object? value) => value switch
    {
        TomlTable table => new JsonObject(table.Select(pair => KeyValuePair.Create(pair.Key, Convert(pair.Value)))),
        TomlTableArray tables => new JsonArray([.. tables.Select(Convert)]),
        TomlArray array => new JsonArray([.. array.Select(Convert)]),
        string text => text,
        bool flag => flag,
        long number => number,
        double number => number,
        _ => throw new ArgumentException($"{value}", nameof(value)),
    };

    /// <summary>A file in which one setting has a value.</summary>
    private static string FileWith(SettingDefinition setting, string value)
    {
        var key = setting.Name[(setting.Name.LastIndexOf('.') + 1)..];
        var text = setting.Name switch
        {
            ['m', 'a', 'c', 'h', 'i', 'n', 'e', 's', '[', ..] => $"[[machines]]\n{(key == "name" ? "vlan = 10" : "name = \"press-1\"")}\n{key} = {value}\n",
            ['f', 'o', 'r', 'w', 'a', 'r', 'd', 's', '[', ..] => $"[[forwards]]\n{string.Concat(((string[])["protocol = \"tcp\"\n", "port = 8080\n", "to = \"press-1\"\n"]).Where(l => !l.StartsWith(key + " ", StringComparison.Ordinal)))}{key} = {value}\n",
            ['e', 'x', 'p', 'o', 'r', 't', 's', '[', ..] => $"[[exports]]\n{(key == "name" ? "" : "name = \"a\"\n")}{(key == "to" ? "" : "to = \"/a\"\n")}{key} = {value}\n",
            ['r', 'u', 'l', 'e', 's', '[', ..] => $"[[rules]]\n{(key == "profile" ? "vlan = 0" : "profile = \"guests\"")}\n{key} = {value}\n",
            ['g', 'a', 't', 'e', 'w', 'a', 'y', 's', '.', ..] => $"[gateways.guest-line]\n{(key == "next_hop" ? "" : "next_hop = \"198.51.100.1\"\n")}{key} = {value}\n",
            "dns.hosts.printer.lan" => $"[dns.hosts]\n\"printer.lan\" = {value}\n",
            _ => $"{setting.Name} = {value}\n",
        };
        return string.Join('\n', Needed.Split('\n').Where(l => !l.StartsWith(setting.Name + " ", StringComparison.Ordinal))) + text;
    }

    [Fact]
    public void Sample_IsAccepted() => Assert.True(Accepts(SampleFile.Text()));

    [Fact]
    public void Sample_EverySettingCommentedIn_IsAccepted() => Assert.True(Accepts(ConfigurationFileTests.CommentedIn(SampleFile.Text())));

    [Fact]
    public void Value_ThatTheReaderTakes_IsAccepted() => Assert.All(
        SettingSamples.Settings, setting => Assert.All(
            SettingSamples.Values.Where(v => setting.Take(v, SettingSamples.Config) is not null), value => Assert.True(Accepts(FileWith(setting, value)), $"{setting.Name} = {value}")));

    [Fact]
    public void Value_OfAnotherTypeThanTheReaderTakes_IsRefused() => Assert.All(SettingSamples.Settings, setting =>
    {
        static Type? TypeOf(string value) => SettingSamples.Parse(value).Raw?.GetType();
        var types = SettingSamples.Values.Where(v => setting.Take(v, SettingSamples.Config) is not null).Select(TypeOf).ToHashSet();
        Assert.All(SettingSamples.Values.Where(v => !types.Contains(TypeOf(v))), value => Assert.False(Accepts(FileWith(setting, value)), $"{setting.Name} = {value}"));
    });

    [Fact]
    public void Value_OfWordsFlagsAndNumbers_IsAcceptedExactlyWhenTheReaderTakesIt()
    {
        var exact = SettingSamples.Settings.Where(s => s_exactKinds.Contains(s.Description.Kind)).ToList();
        Assert.True(exact.Count >= 36, $"{exact.Count}");
        Assert.All(exact, setting => Assert.All(
            SettingSamples.Values, value => Assert.True(Accepts(FileWith(setting, value)) == setting.Take(value, SettingSamples.Config) is not null, $"{setting.Name} = {value}")));
    }

    [Theory]
    [InlineData("pool.idel = \"30m\"\n")]
    [InlineData("[pols]\n")]
    [InlineData("[profiles.Guests]\n")]
    [InlineData("[gateways.main]\nnext_hop = \"198.51.100.1\"\n")]
    [InlineData("[gateways.a]\ninterface = \"eth2\"\n")]
    [InlineData("[[rules]]\nvlan = 0\nuses = \"dhcp\"\n")]
    [InlineData("[[rules]]\nprofile = \"guests\"\n")]
    [InlineData("[[exports]]\nname = \"a\"\n")]
    [InlineData("[[exports]]\nto = \"udp://h\"\n")]
    [InlineData("[rules]\nprofile = \"guests\"\n")]
    [InlineData("profiles = 3\n")]
    [InlineData("[dns.hosts]\n\"a.lan\" = 3\n")]
    public void File_ThatTheReaderRefusesByItsShape_IsRefused(string text)
    {
        Assert.True(Accepts(Needed));
        Assert.NotEmpty(ConfigurationFile.Parse(Needed + text, "f").Errors);
        Assert.False(Accepts(Needed + text));
    }

    [Fact]
    public void File_WithoutInterfaces_IsRefused() => Assert.False(Accepts("[access]\ninterface = \"eth1\"\n"));

    [Fact]
    public void Settings_EachHaveADescription()
    {
        var text = ConfigurationSchema.Text();
        Assert.All(SettingSamples.Settings, s => Assert.Contains(JsonEncodedText.Encode(s.Description.Documentation, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(), text, StringComparison.Ordinal));
    }
}
