using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

public sealed class RecentQuestionsTests
{
    private static readonly Ipv4Address s_server = Ipv4Address.Parse("9.9.9.9");

    private readonly RecentQuestions _recent = new();

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static DnsClient Client(int number) => new(new HostQuestion(), new Ipv4Address(0x64400000 + (uint)number), 4711, s_server);

    private static byte[] Answer(DnsResponseCode code)
    {
        var room = new byte[DnsHeader.Size];
        Assert.True(DnsWriter.TryBegin(room, new DnsHeader(7, DnsBits.Response, DnsOpcode.Query, code), out _));
        return room;
    }

    [Fact]
    public void Find_IsTheLastQuestionAndAnswer()
    {
        Assert.Null(_recent.Find(Client(2).Address, TimeSpan.Zero, At(10)));
        _recent.Asked(Client(2), Queries.For("www.example.com", DnsType.Aaaa, edns: 1232), At(10));
        Assert.Equal(new DnsExchange(At(2), "www.example.com. AAAA", s_server, null, DnsResponseCode.NoError), _recent.Find(Client(2).Address, TimeSpan.Zero, At(12)));

        _recent.Answered(Client(2), Answer(DnsResponseCode.NameError), At(11));

        var exchange = _recent.Find(Client(2).Address, TimeSpan.Zero, At(12))!;
        Assert.Equal((At(1), DnsResponseCode.NameError, true), (exchange.AnsweredAgo, exchange.Code, exchange.IsAnswered));
        _recent.Asked(Client(2), Queries.For("b.example"), At(20));
        Assert.False(_recent.Find(Client(2).Address, TimeSpan.Zero, At(21))!.IsAnswered);
    }

    /// <summary>An inside address passes to another device: the question of the first is not the second's.</summary>
    [Fact]
    public void Find_OfADeviceThatHasTheAddressSince_IsNotAnEarlierDevices()
    {
        _recent.Asked(Client(2), Queries.For("secret.example"), At(10));
        Assert.Null(_recent.Find(Client(2).Address, At(11), At(12)));
    }

    public static TheoryData<byte[], string> Garbage => new()
    {
        { [], "" },
        { [1, 2, 3], "" },
        { [.. new byte[DnsHeader.Size], 3, (byte)'a', (byte)'b'], "" },
        { [.. new byte[DnsHeader.Size], 0xc0, 0x0c, 0, 1, 0, 1], "" },
        { [.. new byte[DnsHeader.Size], .. Enumerable.Repeat((byte)63, 400)], "" },
        { [.. new byte[DnsHeader.Size], 1, 0x1b, 0, 0, 1, 0, 1], @"\027. A" },
        { [.. new byte[DnsHeader.Size], 1, (byte)'a', 0, 0xff, 0xfe, 0, 1], "a. type 65534" },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public void Asked_AnyOctets_AreKeptSafely(byte[] octets, string shown)
    {
        _recent.Asked(Client(2), octets, At(10));
        var name = _recent.Find(Client(2).Address, TimeSpan.Zero, At(10))!.Name;
        Assert.Equal(shown, name);
        Assert.True(SafeText.IsOneLine(name));
    }

    [Fact]
    public void Asked_ByMoreDevicesThanFit_ForgetsTheOldest_AndAllocatesNothing()
    {
        var query = Queries.For("www.example.com");
        var clients = Enumerable.Range(0, RecentQuestions.Capacity + 1).Select(Client).ToArray();
        void Flood()
        {
            foreach (ref readonly var client in clients.AsSpan())
            {
                _recent.Asked(client, query, At(10));
                _recent.Answered(client, query, At(11));
            }
        }

        Flood();
        Assert.Null(_recent.Find(clients[0].Address, TimeSpan.Zero, At(12)));
        Assert.NotNull(_recent.Find(clients[1].Address, TimeSpan.Zero, At(12)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Flood();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }
}
